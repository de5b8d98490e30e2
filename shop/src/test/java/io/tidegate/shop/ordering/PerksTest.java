package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponGrant;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacket;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.ordering.Wishes.PacketWish;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.testing.Race;
import io.tidegate.shop.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons, points and red packets behind orders: held, used and given back with the order. */
class PerksTest {

  private static final long USER = 42;

  private TestNode shop;
  private TestNode second;
  private CouponStore coupons;
  private PointsStore points;
  private RedPacketStore packets;
  private long nextGrant = 1;

  @BeforeEach
  void open() {
    shop = TestNode.alone();
    second = new TestNode(shop.url, 1, shop.provider);
    shop.goods("A", 20_000, 1_000_000);
    shop.goods("HOT", 20_000, 1);
    second.tariffs.refresh();
    coupons = new CouponStore(shop.database);
    points = new PointsStore(shop.database);
    packets = new RedPacketStore(shop.database);
  }

  @AfterEach
  void close() {
    shop.checkPromises();
    checkPerks();
    assertThat(shop.deadlocks()).isZero();
    second.close();
    shop.close();
  }

  @Test
  void allOfThemAreHeldWithTheOrderAndUsedWithItsPayment() {
    Coupon coupon = coupon();
    earn(5_000);
    RedPacket packet = packet(300);
    Order order =
        applied(shop.orders.place(wish(new Wishes(null, coupon, 5_000, take(packet), false))));
    assertThat(order.amounts()).isEqualTo(new Amounts(Money.CNY, 20_000, 6_300, 0));
    assertThat(states()).isEqualTo("coupon held, points 0 and 5000 held, packet 300 held, 0 used");
    assertThat(shop.find(order).discounts()).isEqualTo(order.discounts());
    // All of it in one transaction, with the order.
    assertThat(
            shop.texts(
                "select distinct x::text from (select xmin x from ordering.orders union all select"
                    + " xmin from marketing.coupon where state = 'held' union all select xmin from"
                    + " points.account union all select xmin from marketing.red_packet union all"
                    + " select xmin from points.entry where kind = 'held') t"))
        .hasSize(1);

    pay(order);
    assertThat(states()).isEqualTo("coupon used, points 0 and 0 held, packet 0 held, 300 used");
    assertThat(
            shop.texts(
                "select debit || ' ' || amount || ' ' || reference from payment.ledger where credit"
                    + " = 'orders' and debit not like 'provider:%' order by 1"))
        .containsExactly(
            "coupons 1000 coupon:" + coupon.id(),
            "points 5000 points:5000",
            "red_packets 300 red_packet:" + packet.id());
  }

  @Test
  void theyComeBackWhenItIsCancelledOrClosed() {
    Coupon coupon = coupon();
    earn(5_000);
    RedPacket packet = packet(300);
    for (boolean cancels : List.of(true, false)) {
      Order order =
          applied(shop.orders.place(wish(new Wishes(null, coupon, 70, take(packet), false))));
      assertThat(states())
          .isEqualTo("coupon held, points 4930 and 70 held, packet 300 held, 0 used");
      if (cancels) {
        shop.cancel(order);
      } else {
        shop.makeOverdue(order.number());
        while (shop.closer.closeDue() > 0) {
          // one row after the other
        }
      }
      assertThat(states())
          .isEqualTo("coupon granted, points 5000 and 0 held, packet 0 held, 0 used");
    }
  }

  @Test
  void anOrderThatIsNotPlacedHoldsNothing() {
    Coupon coupon = coupon();
    earn(10);
    shop.placed(new Line("HOT", 1));
    PlaceOrder soldOut =
        wish(new Wishes(null, coupon, 10, List.of(), false), null, new Line("HOT", 1));
    assertThat(refusal(shop.orders.place(soldOut)))
        .isEqualTo(new Refusal.OutOfStock(List.of(0), List.of()));
    assertThat(refusal(shop.orders.place(wish(new Wishes(null, coupon, 11, List.of(), false)))))
        .isEqualTo(new Refusal.TooFewPoints());
    assertThat(
            refusal(
                shop.orders.place(
                    wish(
                        new Wishes(
                            null, coupon, 0, List.of(new PacketWish(77, 5, Money.CNY)), false)))))
        .isEqualTo(new Refusal.PacketUnavailable());
    assertThat(states()).isEqualTo("coupon granted, points 10 and 0 held, none");
    assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(1);
    assertThat(shop.number("select count(*) from db.idempotency")).isEqualTo(1);
  }

  @Test
  void oneCouponBacksOneOfTwoOrders() throws Exception {
    for (int round = 0; round < 40; round++) {
      Coupon coupon = coupon();
      List<PlaceOrder> wishes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        wishes.add(wish(new Wishes(null, coupon, 0, List.of(), false)));
      }
      List<Outcome<Placed, Refusal>> outcomes =
          Together.run(
              List.of(
                  () -> shop.orders.place(wishes.get(0)),
                  () -> second.orders.place(wishes.get(1))));
      assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
      assertThat(outcomes)
          .contains(Outcome.refused(new Refusal.CouponUnavailable(PlaceOrder.TAKEN)));
      assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(round + 1);
      assertThat(shop.number("select count(*) from messaging.log")).isEqualTo(round + 1);
    }
  }

  @Test
  void pointsAndPacketsAreNeverOverdrawn() throws Exception {
    earn(1_000);
    RedPacket packet = packet(1_000);
    List<Callable<Outcome<Placed, Refusal>>> work = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      TestNode node = i % 2 == 0 ? shop : second;
      PlaceOrder wish =
          wish(
              i % 3 == 0
                  ? new Wishes(
                      null, null, 0, List.of(new PacketWish(packet.id(), 300, Money.CNY)), false)
                  : new Wishes(null, null, 300, List.of(), false));
      work.add(() -> node.orders.place(wish));
    }
    List<Outcome<Placed, Refusal>> outcomes = Together.run(work);
    assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(6);
    assertThat(states()).isEqualTo("none, points 100 and 900 held, packet 900 held, 0 used");
  }

  @Test
  void payAgainstCloseLeavesTheCouponUsedOrFree() throws Exception {
    List<Order> orders = new ArrayList<>();
    List<Attempt> attempts = new ArrayList<>();
    int rounds = 60;
    for (int i = 0; i < rounds; i++) {
      Order order =
          applied(shop.orders.place(wish(new Wishes(null, coupon(), 0, List.of(), false))));
      attempts.add(shop.opened(order));
      shop.run(
          "update ordering.orders set pay_before = clock_timestamp() - interval '1 s' where number"
              + " = "
              + order.number());
      orders.add(order);
    }
    Race.run(
        rounds,
        7,
        round -> shop.capture(TestNode.money(attempts.get(round), "T" + round)),
        round -> {
          shop.makeDue(orders.get(round).number(), 1);
          while (second.closer.closeDue() > 0) {
            // until it is closed, or has been paid
          }
        },
        round -> shop.find(orders.get(round)).status() == Status.AWAITING_SHIPMENT);
    long paid = shop.number("select count(*) from ordering.orders where state = 2");
    assertThat(shop.number("select count(*) from marketing.coupon where state = 'used'"))
        .isEqualTo(paid);
    assertThat(shop.number("select count(*) from marketing.coupon where state = 'granted'"))
        .isEqualTo(rounds - paid);
  }

  @Test
  void whatIsFreeIsPaidAsItIsPlacedAndItsReceiptStays() {
    Coupon coupon = coupon();
    RedPacket packet = packet(30_000);
    byte[] key = TestNode.key(-9);
    Wishes wishes = new Wishes(null, coupon, 0, take(packet), false);
    Placed placed = placed(shop.orders.place(wish(wishes, key, new Line("A", 1))));
    Order order = placed.order();
    assertThat(order.amounts().total()).isZero();
    assertThat(order.status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(states()).isEqualTo("coupon used, none, packet 0 held, 19000 used");
    assertThat(shop.texts("select type from messaging.log order by position"))
        .containsExactly("order.placed.v1", "order.paid.v1");
    assertThat(shop.number("select sold from inventory.stock where sku = 'A'")).isEqualTo(1);
    assertThat(shop.number("select locked from inventory.stock where sku = 'A'")).isZero();
    assertThat(shop.number("select count(*) from ordering.order_due")).isZero();
    assertThat(shop.find(order)).isEqualTo(order);
    assertThat(shop.store.history(order.number()).orElseThrow().steps()).hasSize(2);
    assertThat(shop.number("select sum(amount) from payment.ledger where credit = 'orders'"))
        .isEqualTo(20_000);

    // The coupon is read again as used, and the answer is the first one all the same.
    Coupon used = coupons.find(USER, coupon.id()).orElseThrow();
    for (TestNode node : List.of(shop, second)) {
      Outcome<Placed, Refusal> again =
          node.orders.place(
              wish(new Wishes(null, used, 0, take(packet), true), key, new Line("A", 1)));
      assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
      Placed same = ((Outcome.AlreadyApplied<Placed, Refusal>) again).value();
      assertThat(OrderJson.receipt(same)).isEqualTo(OrderJson.receipt(placed));
    }
  }

  /**
   * A key that has its answer gets it, on a node that has forgotten it, though prices have risen.
   */
  @Test
  void aReplayIsAnsweredWhateverHasChangedSince() {
    byte[] key = TestNode.key(-10);
    Money shown = Money.cny(20_000);
    Placed first = placed(shop.orders.place(shop.wish(USER, key, shown, new Line("A", 1))));
    shop.run("update catalog.revision set revision = revision + 1");
    shop.run(
        "update catalog.sku set price = 30000, revision = (select revision from catalog.revision)");
    shop.tariffs.refresh();
    second.tariffs.refresh();
    Outcome<Placed, Refusal> again =
        second.orders.place(second.wish(USER, key, shown, new Line("A", 1)));
    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(OrderJson.receipt(((Outcome.AlreadyApplied<Placed, Refusal>) again).value()))
        .isEqualTo(OrderJson.receipt(first));
  }

  @Test
  void aQuotesCouponIsGoodAsLongAsTheQuote() {
    Coupon coupon = coupon();
    Instant issued = shop.database.now();
    shop.run("update marketing.coupon set valid_to = clock_timestamp() + interval '10 ms'");
    shop.run("select pg_sleep(0.02)");
    assertThat(
            refusal(shop.orders.place(wish(new Wishes(null, read(coupon), 0, List.of(), false)))))
        .isEqualTo(new Refusal.CouponUnavailable("expired"));
    Quoted quoted =
        new Quoted(
            issued,
            issued.plus(Duration.ofMinutes(15)),
            false,
            List.of(20_000L),
            new Amounts(Money.CNY, 20_000, 1_000, 0),
            List.of(),
            Quoted.Destination.SAME);
    Order order =
        applied(
            shop.orders.place(quoted(new Wishes(null, read(coupon), 0, List.of(), false), quoted)));
    assertThat(order.amounts().total()).isEqualTo(19_000);
    // What was held when it ended is good for its order, and goes back as it is.
    pay(order);
  }

  @Test
  void whatIsOrderedFromTheCartLeavesIt() {
    shop.run("insert into cart.cart values (42)");
    shop.run(
        "insert into cart.item values (42, 'A', 1, true, now()), (42, 'HOT', 1, false, now()),"
            + " (43, 'A', 1, true, now())");
    Instant now = shop.database.now();
    Quoted quoted =
        new Quoted(
            now,
            now.plus(Duration.ofMinutes(15)),
            true,
            List.of(20_000L),
            new Amounts(Money.CNY, 20_000, 0, 0),
            List.of(),
            Quoted.Destination.SAME);
    applied(shop.orders.place(quoted(Wishes.NONE, quoted)));
    assertThat(shop.texts("select user_id || sku from cart.item order by 1"))
        .containsExactly("42HOT", "43A");
    applied(second.orders.place(quoted(Wishes.NONE, quoted))); // gone already
    shop.run("insert into cart.item values (42, 'A', 5, true, now())"); // more than was quoted
    applied(shop.orders.place(quoted(Wishes.NONE, quoted)));
    applied(shop.orders.place(quoted(new Wishes(null, null, 0, List.of(), true), quoted)));
    assertThat(shop.texts("select quantity::text from cart.item where sku = 'A' and user_id = 42"))
        .containsExactly("3");
  }

  private Coupon read(Coupon coupon) {
    return coupons.find(USER, coupon.id()).orElseThrow();
  }

  /** 10 off 100, of the template that the shop begins with. */
  private Coupon coupon() {
    Instant now = shop.database.now();
    long order = nextGrant++;
    shop.database.write(
        "grant",
        tx -> {
          coupons.grant(
              tx,
              List.of(
                  new CouponGrant(
                      order,
                      USER,
                      "thank-you-10",
                      now.minusSeconds(1),
                      now.plus(Duration.ofDays(1)))));
          return true;
        });
    return coupons.offered(USER, now).stream()
        .filter(coupon -> coupon.orderNumber() != null && coupon.orderNumber() == order)
        .findFirst()
        .orElseThrow();
  }

  private void earn(long amount) {
    long order = nextGrant++;
    shop.database.write(
        "grant",
        tx -> {
          points.grant(tx, List.of(new PointGrant(order, USER, amount, Instant.now())));
          return true;
        });
  }

  private RedPacket packet(long fen) {
    long order = nextGrant++;
    shop.database.write(
        "grant",
        tx -> {
          packets.grant(
              tx, List.of(new RedPacketGrant(order, USER, Money.cny(fen), Instant.now())));
          return true;
        });
    return packets.spendable(USER, Money.CNY).getFirst();
  }

  private static List<PacketWish> take(RedPacket packet) {
    return List.of(new PacketWish(packet.id(), packet.money().amount(), Money.CNY));
  }

  private PlaceOrder wish(Wishes wishes) {
    return wish(wishes, null, new Line("A", 1));
  }

  private PlaceOrder wish(Wishes wishes, byte @Nullable [] key, Line line) {
    return command(wishes, null, key, line);
  }

  private PlaceOrder quoted(Wishes wishes, Quoted quoted) {
    return command(wishes, quoted, null, new Line("A", 1));
  }

  private PlaceOrder command(
      Wishes wishes, @Nullable Quoted quoted, byte @Nullable [] key, Line line) {
    PlaceOrder plain = shop.wish(USER, line);
    return new PlaceOrder(
        plain.number(),
        USER,
        plain.lines(),
        plain.address(),
        Invoice.none(),
        wishes,
        quoted,
        null,
        key == null ? plain.key() : key,
        plain.commandHash(),
        plain.cause());
  }

  private void pay(Order order) {
    Attempt attempt = shop.opened(order);
    shop.capture(TestNode.money(attempt, "T-" + order.number()));
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
  }

  private static Placed placed(Outcome<Placed, Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Placed, Refusal>) outcome).value();
  }

  private static Order applied(Outcome<Placed, Refusal> outcome) {
    return placed(outcome).order();
  }

  private static Refusal refusal(Outcome<Placed, Refusal> outcome) {
    return ((Outcome.Refused<Placed, Refusal>) outcome).why();
  }

  private String states() {
    return String.join(
        ", ",
        shop.texts(
            "select coalesce((select 'coupon ' || state from marketing.coupon order by id desc limit"
                + " 1), 'none') union all select coalesce((select 'points ' || balance || ' and ' ||"
                + " held || ' held' from points.account), 'none') union all select coalesce((select"
                + " 'packet ' || held || ' held, ' || used || ' used' from marketing.red_packet),"
                + " 'none')"));
  }

  /** P5 and P6, as far as rows show them: what orders name is what is held and used. */
  private void checkPerks() {
    assertThat(
            shop.texts(
                "select c.id::text from marketing.coupon c left join ordering.orders o on o.number ="
                    + " c.held_by where c.state in ('held', 'used') and not coalesce(o.state = case"
                    + " c.state when 'held' then 1 else 2 end and o.discounts like '%[2,\"' || c.id"
                    + " || '\",%', false)"))
        .as("P5")
        .isEmpty();
    assertThat(
            shop.texts(
                "select a.user_id::text from points.account a where a.balance < 0 or a.balance <>"
                    + " (select sum(amount) from points.entry e where e.user_id = a.user_id)"))
        .as("P6")
        .isEmpty();
  }
}
