package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies between any two steps, and another one brings the refund to its end, once. */
class RefundDeathsTest {

  /** Where it dies. */
  enum Death {
    AFTER_THE_REQUEST,
    STOP_TAKEN,
    STOP_NOT_COMMITTED,
    STOPPED,
    PROVIDER_CALLED_AND_NOT_NOTED,
    MONEY_BACK_AND_NOT_HEARD,
    HEARD,
    HEARD_TWICE,
    FINISH_TAKEN,
    FINISH_NOT_COMMITTED,
    FINISHED
  }

  /** It dies before its COMMIT. */
  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A provider that looks into our database when it is called, by a session of its own (M6). */
  private static final class Onlooker extends FakeProvider {
    private final String url;

    /** What was committed of each call for a refund. */
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    Onlooker(String url) {
      this.url = url;
    }

    @Override
    public Return refund(Refund refund) {
      seen.add(committed(refund.id()));
      return super.refund(refund);
    }

    private String committed(RefundId id) {
      try (Connection own = DriverManager.getConnection(url);
          PreparedStatement statement =
              own.prepareStatement(
                  "select order_number || 'r' || seq from payment.refund where order_number = ?"
                      + " and seq = ?")) {
        statement.setLong(1, id.order().value());
        statement.setInt(2, id.seq());
        try (ResultSet row = statement.executeQuery()) {
          return row.next() ? row.getString(1) : "nothing";
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Death.class)
  void oneRefundWhereverItDies(Death death) {
    String url = TestNode.freshUrl();
    Onlooker provider = new Onlooker(url);
    try (RefundShop first = new RefundShop(url, provider)) {
      first.goods("A", 10_000, 10);
      Order order = first.paid(line("A", 2));
      RefundCase asked = first.asked(order);
      die(first, asked, death);
      try (RefundShop second = first.again()) {
        await() // an unknown answer is asked about when it is due, which is not at once
            .untilAsserted(() -> {
              second.settle();
              assertThat(second.state(asked.id())).isEqualTo("succeeded");
            });
        assertThat(second.status(order)).isEqualTo(Status.REFUNDED);
        assertThat(provider.givenBack()).containsOnlyKeys(order.number() + "r1");
        assertThat(provider.seen).isNotEmpty().containsOnly(order.number() + "r1");
        assertThat(second.stock("A", "available")).isEqualTo(10);
        assertThat(second.points.balance(RefundShop.USER)).isZero();
        assertThat(second.events(order.number()))
            .filteredOn(type -> type.equals("order.refunded.v1"))
            .hasSize(1);
        assertThat(second.messages(order.number())).containsOnlyOnce("order_refunded");
        second.isSound();
      }
    }
  }

  private static void die(RefundShop shop, RefundCase asked, Death death) {
    switch (death) {
      case AFTER_THE_REQUEST -> {}
      case STOP_TAKEN -> take(shop);
      case STOP_NOT_COMMITTED -> {
        take(shop);
        runAndDie(shop, RefundState.STOPPING, asked);
      }
      case STOPPED -> shop.step();
      case PROVIDER_CALLED_AND_NOT_NOTED -> {
        shop.node.provider.nextRefund(new Return.Unknown("died"), true);
        shop.step();
        shop.pay();
      }
      case MONEY_BACK_AND_NOT_HEARD -> {
        shop.step();
        shop.pay();
      }
      case HEARD -> toMoneyBack(shop);
      case HEARD_TWICE -> {
        toMoneyBack(shop);
        shop.hear(
            shop.consumer,
            shop.node.log.after(0, 1_000).stream()
                .filter(event -> shop.consumer.types().contains(event.type()))
                .toList());
      }
      case FINISH_TAKEN -> {
        toMoneyBack(shop);
        take(shop);
      }
      case FINISH_NOT_COMMITTED -> {
        toMoneyBack(shop);
        take(shop);
        runAndDie(shop, RefundState.MONEY_BACK, asked);
      }
      case FINISHED -> shop.settle();
    }
  }

  /** Where it dies while a refund is undone. */
  enum Undoing {
    DECIDED,
    TAKEN,
    NOT_COMMITTED,
    UNDONE
  }

  @ParameterizedTest
  @EnumSource(Undoing.class)
  void oneUndoWhereverItDies(Undoing death) {
    try (RefundShop first = shop()) {
      Order order = first.paid(line("A", 2));
      long points = first.points.balance(RefundShop.USER);
      first.node.provider.nextRefund(new Return.Failed("no"), false);
      RefundCase asked = first.asked(order);
      first.settle();
      first.resolve(asked.id(), RefundChoice.GIVE_UP, "li");
      switch (death) {
        case DECIDED -> {}
        case TAKEN -> take(first);
        case NOT_COMMITTED -> {
          take(first);
          runAndDie(first, RefundState.REFUSING, asked);
        }
        case UNDONE -> first.step();
      }
      try (RefundShop second = first.again()) {
        second.settle();
        assertThat(second.state(asked.id())).isEqualTo("refused");
        assertThat(second.points.balance(RefundShop.USER)).isEqualTo(points);
        assertThat(second.messages(order.number())).containsOnlyOnce("refund_refused");
        second.move(order, second.parcel(order), ShipmentState.SHIPPED);
        second.hear();
        assertThat(second.status(order)).isEqualTo(Status.SHIPPED);
        second.isSound();
      }
    }
  }

  private static RefundShop shop() {
    RefundShop shop = new RefundShop();
    shop.goods("A", 10_000, 10);
    return shop;
  }

  private static void toMoneyBack(RefundShop shop) {
    shop.step();
    shop.pay();
    shop.hear();
  }

  private static void take(RefundShop shop) {
    assertThat(
            new RefundCaseStore(shop.node.database)
                .takeDue(RefundCaseWorker.BATCH_MAX, RefundCaseWorker.STEP_MAX))
        .hasSize(1);
  }

  private static void runAndDie(RefundShop shop, RefundState state, RefundCase asked) {
    assertThatThrownBy(() ->
            shop.node.database.writeOnce(tx -> {
              assertThat(RefundStepBatch.run(tx, shop.ground, state, List.of(asked.id()))).isTrue();
              throw new Died();
            }))
        .isInstanceOf(Died.class);
  }
}
