package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.RefundChoice;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may be done about a refund that its provider took back (M9), wherever it stands by then. */
class RefundAfterReversalTest {

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

  private RefundDetail detail(RefundCase asked) {
    return shop.desk.find(asked.id().toString()).orElseThrow();
  }

  @Test
  void whoseGoodsAreSoldAgainIsNeverGivenUp() {
    Order order = shop.paid(line("A", 1));
    RefundCase asked = shop.asked(order);
    shop.settle();
    shop.reverse(asked.id());
    shop.hear();
    shop.node.provider.nextRefund(new Return.Failed("no"), false);
    shop.resolve(asked.id(), RefundChoice.NEW_NUMBER, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("needs_person");
    assertThat(detail(asked).choices())
        .as("goods and perks are gone since its first success")
        .containsExactly(RefundChoice.RETRY, RefundChoice.NEW_NUMBER, RefundChoice.BY_HAND);
    assertThat(shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li"))
        .isEqualTo(Outcome.refused(RefundRefusal.NOT_WAITING));
    RefundCase standing = shop.find(asked.id());
    assertThatThrownBy(() -> standing.refusing("given_up", "staff:li", Instant.EPOCH))
        .isInstanceOf(IllegalStateException.class);

    shop.resolve(asked.id(), RefundChoice.RETRY, "li");
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.stock("A", "available")).as("once").isEqualTo(50);
    shop.isSound();
  }

  @Test
  void whatIsReversedBeforeAnythingFollowedMayBeGivenUp() {
    Order order = shop.paid(line("A", 1));
    long points = shop.points.balance(RefundShop.USER);
    RefundCase asked = shop.asked(order);
    shop.step();
    shop.pay();
    shop.reverse(asked.id());
    shop.hear(); // both at once: nothing has followed the money yet
    assertThat(shop.state(asked.id())).isEqualTo("reversed");
    assertThat(detail(asked).choices()).contains(RefundChoice.GIVE_UP);

    assertThat(shop.resolve(asked.id(), RefundChoice.GIVE_UP, "li"))
        .isEqualTo(Outcome.applied(RefundDesk.Done.APPLIED));
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("refused");
    assertThat(shop.points.balance(RefundShop.USER)).isEqualTo(points);
    shop.move(order, shop.parcel(order), ShipmentState.SHIPPED);
    shop.hear();
    assertThat(shop.status(order)).isEqualTo(Status.SHIPPED);
    shop.isSound();
  }
}
