package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How refunds are read: few queries for many, and on one session inside a transaction. */
class RefundReadsTest {

  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 10_000, 50);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void thePageOfAListReadsItsMoneyAtOnce() {
    for (int i = 0; i < 4; i++) {
      shop.asked(shop.paid(line("A", 1)));
    }
    shop.settle();
    long before = reads("payment.refund r");
    RefundBook.Listed listed = shop.desk.book().latest(null, Long.MAX_VALUE, 10);
    assertThat(listed.refunds())
        .hasSize(4)
        .allSatisfy(each -> {
          assertThat(each.money()).isNotNull();
          assertThat(each.state()).isEqualTo("succeeded");
        });
    assertThat(reads("payment.refund r") - before).isEqualTo(1);
  }

  @Test
  void theListForAPersonReadsItsRefundsAtOnce() {
    for (int i = 0; i < 4; i++) {
      shop.node.provider.nextRefund(new Return.Failed("no"), false);
      shop.asked(shop.paid(line("A", 1)));
    }
    shop.settle();
    long before = reads("aftersales.refund_case c");
    assertThat(shop.desk.book().waiting(OptionalLong.of(0), 10).refunds())
        .hasSize(4)
        .extracting(RefundView::state)
        .containsOnly("needs_person");
    assertThat(reads("aftersales.refund_case c") - before).isEqualTo(1);
  }

  @Test
  void whatGoesBackByItselfHasItsListItsCustomerAndItsStep() {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Order order = shop.node.placed(line("A", 1));
      Attempt attempt = shop.node.opened(order);
      shop.node.capture(TestNode.money(attempt, "T" + order.number()));
      shop.node.capture(TestNode.money(attempt, "U" + order.number())); // a second one
      numbers.addFirst(order.number() + "r1");
    }
    shop.asked(shop.paid(line("A", 1)));
    shop.settle();
    RefundBook.Listed first = shop.desk.book().automatic(null, Long.MAX_VALUE, 2);
    assertThat(first.refunds())
        .extracting(RefundView::id)
        .containsExactly(numbers.get(0), numbers.get(1));
    assertThat(first.refunds()).extracting(RefundView::customer).containsOnly(RefundShop.USER);
    RefundBook.Listed rest = shop.desk.book().automatic("succeeded", first.next().orElseThrow(), 2);
    assertThat(rest.refunds()).extracting(RefundView::id).containsExactly(numbers.get(2));
    assertThat(rest.next()).isEmpty();
    RefundDetail detail = shop.desk.find(numbers.getFirst()).orElseThrow();
    assertThat(detail.view().customer()).isEqualTo(RefundShop.USER);
    assertThat(detail.steps())
        .containsExactly(new RefundDetail.StepShown(WayBack.MONEY, true, false));
  }

  @Test
  void whatIsToBeUnpackedStandsFirstUntilSomebodyHas() {
    Order order = shop.paid(line("A", 2));
    RefundCase asked = shop.asked(order, pieces(1, 1));
    shop.settle();
    assertThat(shop.desk.book().waiting(OptionalLong.empty(), 10).refunds()).isEmpty();
    ShipmentId stopped = new ShipmentId(order.number().value(), 1);
    shop.node.run(
        "update fulfilment.shipment set last_error = '%s' where seq = 1 and state = 'cancelled'"
            .formatted(Shipment.PACKED_ANYHOW));

    assertThat(shop.desk.book().waiting(OptionalLong.empty(), 1).refunds())
        .extracting(RefundView::id, RefundView::packed)
        .containsExactly(tuple(asked.id().toString(), List.of(stopped)));
    assertThat(shop.desk.book().counts().waiting()).isEqualTo(1);
    RefundDetail detail = shop.desk.find(asked.id().toString()).orElseThrow();
    assertThat(detail.view().packed()).containsExactly(stopped);

    shop.node.database.write("unpacked", tx -> shop.fulfilment.unpacked(tx, stopped));
    assertThat(shop.desk.book().waiting(OptionalLong.empty(), 1).refunds()).isEmpty();
  }

  /** Reads of orders' rows so far, without locks. */
  private long reads(String table) {
    return shop.node.number(
        """
        select coalesce(sum(calls), 0)::bigint from pg_stat_statements s
        join pg_database d on d.oid = s.dbid and d.datname = current_database()
        where query like '%%join %s on %%' and query like '%%order by%%' and query not like '%%for update%%'
        """
            .formatted(table));
  }

  @Test
  void aRequestLooksAtParcelsInItsOwnTransaction() {
    Order order = shop.paid(line("A", 2));
    shop.move(order, shop.parcel(order), ShipmentState.PACKED);
    Database gone = new Database(DatabaseSettings.of(shop.url), Clock.system());
    gone.close(); // whoever needs another session finds none
    RefundGround ground =
        new RefundGround(
            shop.ground.database(),
            shop.ground.log(),
            shop.ground.published(),
            shop.ground.perks(),
            new FulfilmentStore(gone, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {}),
            shop.ground.heldBack(),
            shop.ground.messages(),
            shop.ground.policy(),
            shop.ground.completeAfter());
    Outcome<RefundBatch.Asked, RefundRefusal> outcome =
        shop.node.database.write(
            "request",
            tx ->
                RefundBatch.loadForRequests(tx, ground, List.of(order.number()))
                    .request(RefundShop.request(order, RefundShop.key(), pieces(1, 1)), tx.now()));
    assertThat(outcome).isEqualTo(Outcome.refused(RefundRefusal.ALREADY_SHIPPED));
  }
}
