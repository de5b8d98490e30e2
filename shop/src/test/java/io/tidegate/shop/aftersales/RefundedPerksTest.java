package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.ordering.Wishes;
import io.tidegate.shop.payment.Attempt;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an order used comes back with its pieces, and the coupon with the last of them (P5). */
class RefundedPerksTest {

  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 10_000, 50);
    shop.goods("B", 333, 50);
    shop.goods("FREE", 0, 50);
  }

  @AfterEach
  void close() {
    shop.isSound();
    shop.close();
  }

  @Test
  void whatTheOrderUsedComesBack() {
    shop.paid(line("A", 2)); // brings points, a coupon and a red packet
    long points = shop.points.balance(RefundShop.USER);
    long packets = packets();
    Coupon coupon = shop.coupons.list(RefundShop.USER, Long.MAX_VALUE, 10).getFirst();
    long packet = shop.node.number("select id from marketing.red_packet");
    assertThat(points).isGreaterThan(50);
    assertThat(packets).isGreaterThan(20);

    Order order =
        paid(
            new Wishes(
                null, coupon, 50, List.of(new Wishes.PacketWish(packet, 20, Money.CNY)), false),
            line("A", 2),
            line("B", 3));
    assertThat(packets()).isEqualTo(packets - 20 + brought(order));

    RefundCase first = shop.asked(order, pieces(1, 1), pieces(2, 1));
    shop.settle();
    assertThat(shop.state(first.id())).isEqualTo("succeeded");
    assertThat(shop.coupons.find(RefundShop.USER, coupon.id()).orElseThrow().state().code())
        .isEqualTo("used");
    RefundCase rest = shop.asked(order);
    shop.settle();
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(first.gross() + rest.gross()).isEqualTo(order.amounts().total());
    assertThat(first.used().get(1) + rest.used().get(1)).as("points").isEqualTo(50);
    assertThat(first.used().get(1)).isPositive();
    assertThat(shop.points.balance(RefundShop.USER)).isEqualTo(points);
    assertThat(packets()).isEqualTo(packets);
    assertThat(shop.coupons.find(RefundShop.USER, coupon.id()).orElseThrow().state().code())
        .isEqualTo("granted");
    assertThat(
            shop.node.number(
                "select count(*) from (select case when debit = 'orders' then credit else debit end"
                    + " as account, sum(case when debit = 'orders' then -amount else amount end) as"
                    + " given from payment.ledger where order_number = "
                    + order.number()
                    + " and ((debit = 'orders') <> (credit = 'orders')) and debit not like"
                    + " 'provider:%' and credit <> 'refunds_owed' group by 1) x where given <> 0"))
        .as("what discounts gave is taken back, account by account")
        .isZero();
  }

  @Test
  void whatCostNothingIsRefundedWithoutMoney() {
    Order order = shop.node.placed(line("FREE", 2));
    shop.hear();
    RefundCase asked = shop.asked(order);
    assertThat(asked.amount().isZero()).isTrue();
    shop.settle();
    assertThat(shop.state(asked.id())).isEqualTo("succeeded");
    assertThat(shop.find(asked.id()).money()).isNull();
    assertThat(shop.status(order)).isEqualTo(Status.REFUNDED);
    assertThat(shop.stock("FREE", "available")).isEqualTo(50);
    assertThat(shop.node.provider.calls).isEmpty();
  }

  private long packets() {
    return shop.packets.balance(RefundShop.USER, Money.CNY).amount();
  }

  private long brought(Order order) {
    return shop.node.number(
        "select coalesce(sum(amount), 0) from marketing.red_packet where order_number = "
            + order.number());
  }

  private Order paid(Wishes wishes, PlaceOrder.Line... lines) {
    byte[] key = RefundShop.key().hash16();
    Outcome<Placed, PlaceOrder.Refusal> placed =
        shop.node.orders.place(
            new PlaceOrder(
                shop.node.orders.nextNumber(RefundShop.USER),
                RefundShop.USER,
                List.of(lines),
                TestNode.ADDRESS,
                Invoice.none(),
                wishes,
                null,
                null,
                key,
                key,
                Cause.customer(RefundShop.USER, "", "")));
    assertThat(placed).isInstanceOf(Outcome.Applied.class);
    Order order = ((Outcome.Applied<Placed, PlaceOrder.Refusal>) placed).value().order();
    Attempt attempt = shop.node.opened(order);
    shop.node.capture(TestNode.money(attempt, "T" + order.number()));
    shop.hear();
    return shop.node.find(order);
  }
}
