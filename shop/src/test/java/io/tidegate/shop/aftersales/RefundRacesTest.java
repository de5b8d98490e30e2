package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.testing.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refunds that compete, on the real database. */
class RefundRacesTest {

  private static final int ROUNDS = 25;
  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 1_001, 1_000);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void partsThatTogetherAreTooManyAreNotAllGiven() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Order order = shop.paid(line("A", 3));
      List<Callable<Outcome<RefundCase, RefundRefusal>>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        work.add(() -> shop.ask(order, pieces(1, 2)));
      }
      List<Outcome<RefundCase, RefundRefusal>> outcomes = Together.run(work);
      assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
      assertThat(outcomes).contains(Outcome.refused(RefundRefusal.OVER_REFUND));
    }
    shop.settle();
    shop.isSound();
    assertThat(shop.node.provider.givenBack()).hasSize(ROUNDS);
  }

  @Test
  void twinsOfOneKeyAreOneRefund() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Order order = shop.paid(line("A", 3));
      RequestRefund command = RefundShop.request(order, RefundShop.key(), pieces(1, 1));
      List<Outcome<RefundCase, RefundRefusal>> outcomes =
          Together.run(
              List.of(
                  () -> shop.refunds.request(command),
                  () -> shop.refunds.request(command),
                  () -> shop.refunds.request(command)));
      assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn(Outcome.AlreadyApplied.class::isInstance).hasSize(2);
      assertThat(shop.refunds.ofOrder(order.number())).hasSize(1);
    }
  }

  @Test
  void ofStoppingAndPackingOneWins() throws Exception {
    int refunded = 0;
    List<RefundCase> asked = new ArrayList<>();
    List<Order> orders = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Order order = shop.paid(line("A", 1));
      shop.move(order, 1, ShipmentState.PICKED);
      orders.add(order);
      shop.step(); // what was heard of earlier refunds, so that only this one is due below
      RefundCase one = shop.asked(order);
      asked.add(one);
      new RefundCaseStore(shop.node.database).takeDue(1, RefundCaseWorker.STEP_MAX);
      int late = round; // who packs begins later each time
      Together.run(
          () -> {
            shop.run(RefundState.STOPPING, one.id());
            return true;
          },
          () -> {
            for (int i = 0; i < late; i++) {
              shop.node.number("select 1");
            }
            shop.move(order, 1, ShipmentState.SHIPPED);
            return true;
          });
      shop.step(); // what lost is undone, so that the next round takes its own refund
    }
    shop.settle();
    for (int round = 0; round < ROUNDS; round++) {
      boolean left =
          shop.node.number(
                  "select count(*) from fulfilment.shipment where state = 'shipped' and order_number"
                      + " = "
                      + orders.get(round).number())
              == 1;
      assertThat(shop.state(asked.get(round).id())).isEqualTo(left ? "refused" : "succeeded");
      refunded += left ? 0 : 1;
    }
    assertThat(refunded).as("the refund won in some rounds, not in all").isBetween(1, ROUNDS - 1);
    shop.isSound();
  }
}
