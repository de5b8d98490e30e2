package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of sales: exactly what there is, to each no more than he may have, once for each key. */
class FlashLaneTest {

  private static final int PIECES = 50;
  private static final int ADDED = 10;
  private static final int USERS = 200;
  private static final int TRIES = 20;
  private static final int PAUSE_NANOS = 20_000_000;

  private TestNode shop;
  private FlashNode node;

  @BeforeEach
  void open() {
    shop = new TestNode(TestNode.freshUrl(), 0, new FakeProvider());
    node = new FlashNode(shop, 1);
  }

  @AfterEach
  void close() {
    node.close();
    shop.close();
  }

  private long sale(long pieces, int perUser) {
    long sale = FlashNode.sale(shop, pieces, perUser);
    node.open();
    return sale;
  }

  @Test
  void anOrderOfASaleIsAnOrdinaryOrder() {
    long sale = sale(2, 2);
    Placed placed = placed(node.run(node.wish(sale, 42, 2)));
    Order order = shop.orders.find(placed.order().number(), 42).orElseThrow();
    assertThat(order.status()).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(order.amounts().itemsTotal()).isEqualTo(2 * FlashNode.PRICE);
    assertThat(order.items().getFirst().pool()).isNotNull();
    assertThat(Duration.between(order.createdAt(), order.payBefore()))
        .isBetween(Duration.ofSeconds(290), Duration.ofSeconds(310));
    assertThat(free()).isZero();
    shop.checkPromises();

    Attempt attempt = shop.opened(order);
    shop.capture(TestNode.money(attempt, "T1"));
    assertThat(shop.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
    node.hear();
    assertThat(grant(order).state()).isEqualTo(GrantState.PAID);
    shop.checkPromises();
  }

  @Test
  void aKeyHasOneOrderWhateverTheSaleIsByThen() {
    long sale = sale(1, 1);
    FlashOrder first = node.wish(sale, 42, 1, "k");
    OrderNumber number = placed(node.run(first)).order().number();
    for (String stage : List.of("warm", "stopped")) {
      shop.run("update flashsale.sale set stage = '" + stage + "', version = version + 1");
      assertThat(node.run(node.wish(sale, 42, 1, "k")))
          .isInstanceOfSatisfying(
              Outcome.AlreadyApplied.class,
              again -> assertThat(((Placed) again.value()).order().number()).isEqualTo(number));
      assertThat(node.run(node.wish(sale, 42, 2, "k"))).isEqualTo(refused(FlashRefusal.KEY_REUSED));
    }
    assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(1);
  }

  @Test
  void whatIsRefusedLeavesNoTraceAndFreesItsKey() {
    long sale = sale(1, 2);
    assertThat(node.run(node.wish(sale, 42, 2, "k"))).isEqualTo(refused(FlashRefusal.SOLD_OUT));
    assertThat(node.run(node.wish(sale, 42, 3, "k")))
        .isEqualTo(refused(FlashRefusal.LIMIT_REACHED));
    assertThat(shop.number("select count(*) from db.idempotency")).isZero();
    placed(node.run(node.wish(sale, 42, 1, "k")));
  }

  /** Nobody stalls the one lane of all sales with orders of a sale that it has not heard of. */
  @Test
  void aSaleThatTheGatesDontKnowIsDecidedByItsRows() {
    long sale = FlashNode.sale(shop, 1, 1); // and the node doesn't look
    FlashOrder junk =
        with(node.wish(sale, 42, 1), FlashOrder.Way.REPEATED, Instant.now().plusSeconds(600));
    assertThat(node.run(junk)).isEqualTo(refused(FlashRefusal.TOKEN_INVALID));
    FlashOrder bought = node.wish(sale, 42, 1, "k");
    OrderNumber number = placed(node.run(bought)).order().number();
    assertThat(node.run(node.wish(sale, 42, 1, "k")))
        .isInstanceOfSatisfying(
            Outcome.AlreadyApplied.class,
            again -> assertThat(((Placed) again.value()).order().number()).isEqualTo(number));
    assertThat(node.run(node.wish(sale, 43, 1))).isEqualTo(refused(FlashRefusal.SOLD_OUT));
    shop.checkPromises();
  }

  @Test
  void theDatabasesClockOpensAndEndsASale() {
    long sale = sale(5, 5);
    shop.run("update flashsale.sale set starts_at = now() + interval '1 min'");
    assertThat(node.run(node.wish(sale, 1, 1))).isEqualTo(refused(FlashRefusal.NOT_STARTED));
    shop.run(
        "update flashsale.sale set starts_at = now() - interval '2 min',"
            + " ends_at = now() - interval '1 ms'");
    assertThat(node.run(node.wish(sale, 1, 1))).isEqualTo(refused(FlashRefusal.ENDED));
    shop.run("update flashsale.sale set ends_at = now() + interval '1 min'");
    placed(node.run(node.wish(sale, 1, 1)));
    shop.closePool(pool());
    assertThat(node.run(node.wish(sale, 1, 1))).isEqualTo(refused(FlashRefusal.ENDED));
    shop.checkPromises();
  }

  @Test
  void nobodyHasMoreThanHeMay() {
    long sale = sale(10, 2);
    Order first = placed(node.run(node.wish(sale, 42, 1))).order();
    placed(node.run(node.wish(sale, 42, 1)));
    assertThat(node.run(node.wish(sale, 42, 1))).isEqualTo(refused(FlashRefusal.LIMIT_REACHED));
    placed(node.run(node.wish(sale, 43, 2)));
    shop.cancel(first);
    node.hear();
    placed(node.run(node.wish(sale, 42, 1))); // what he gave back doesn't count
  }

  @Test
  void anOrderThatWaitedTooLongOrHasNoTokenIsNotDecided() {
    long sale = sale(1, 1);
    FlashOrder wish = node.wish(sale, 42, 1);
    assertThat(node.run(with(wish, FlashOrder.Way.BOUGHT, Instant.now().minusSeconds(5))))
        .isEqualTo(refused(FlashRefusal.LATE));
    assertThat(node.run(with(wish, FlashOrder.Way.REPEATED, wish.until())))
        .isEqualTo(refused(FlashRefusal.TOKEN_INVALID));
    assertThat(free()).isEqualTo(1);
  }

  @Test
  void grantsFollowTheirOrdersTwiceAndOutOfOrder() {
    long sale = sale(3, 3);
    Order order = placed(node.run(node.wish(sale, 42, 1))).order();
    shop.cancel(order);
    node.hear();
    node.hear();
    assertThat(grant(order).state()).isEqualTo(GrantState.RELEASED);
    assertThat(grant(order).version()).isEqualTo(2);
    assertThat(free()).isEqualTo(3);
  }

  @Test
  void theGateReopensWhenAnUnpaidOrderCloses() {
    long sale = sale(1, 1);
    Order order = placed(node.buy(sale, 42, 1)).order();
    await(() -> node.flash.gates().isGone(sale));
    assertThat(node.buy(sale, 43, 1)).isEqualTo(refused(FlashRefusal.SOLD_OUT));
    shop.makeOverdue(order.number());
    assertThat(shop.closeDue()).isPositive();
    await(() -> !node.flash.gates().isGone(sale));
    placed(node.buy(sale, 43, 1));
    shop.checkPromises();
  }

  @Test
  void whoBoughtElsewhereIsKnownBeforeItIsSaidToBeGone() {
    long sale = sale(1, 1);
    try (FlashNode other = new FlashNode(shop, 2)) {
      other.open();
      FlashOrder bought = other.wish(sale, 42, 1, "mine");
      placed(other.run(bought));
      await(() -> node.flash.gates().isGone(sale));
      assertThat(node.flash.gates().refusal(sale, "mine")).isNull();
      assertThat(Objects.requireNonNull(node.flash.gates().refusal(sale, "other")).code())
          .isEqualTo("sold_out");
    }
    try (FlashNode started = new FlashNode(shop, 3)) {
      started.open(); // it knows at once
      assertThat(started.flash.gates().refusal(sale, "\"mine\"")).isNull();
      assertThat(started.flash.gates().refusal(sale, "other")).isNotNull();
    }
  }

  @Test
  void aTicketIsWonOnAnyNodeAndLostWhenNothingCanComeOfIt() {
    long sale = sale(1, 1);
    Order order = placed(node.run(node.wish(sale, 42, 1))).order();
    Instant now = Instant.now();
    TicketDesk desk =
        new TicketDesk(
            node.flash.line(), new GrantStore(node.database), node.flash.keys(), null, () -> now);
    assertThat(desk.find(new Ticket(sale, order.number(), 42, now)))
        .isEqualTo(new TicketState.Won(order.number()));
    OrderNumber none = node.wish(sale, 43, 1).number();
    assertThat(desk.find(new Ticket(sale, none, 43, now))).isEqualTo(new TicketState.Waiting(null));
    Instant old = now.minus(TicketDesk.COMMITTED_WITHIN).minusMillis(1);
    assertThat(desk.find(new Ticket(sale, none, 43, old))).isEqualTo(new TicketState.Lost());
  }

  /**
   * The same request, sent again to another node or after a kill, has an order of its own number.
   */
  @Test
  void aTicketIsWonByItsKeysOrderWhateverNumberThatHas() {
    long sale = sale(1, 1);
    FlashOrder waits = node.wish(sale, 42, 1, "k");
    Ticket ticket = ticket(waits);
    OrderNumber number = placed(node.run(node.wish(sale, 42, 1, "k"))).order().number();
    Instant now = Instant.now();
    assertThat(desk(now).find(ticket)).isEqualTo(new TicketState.Won(number));
    assertThat(desk(now.plus(Duration.ofHours(1))).find(ticket))
        .as("long after its deadline")
        .isEqualTo(new TicketState.Won(number));
    assertThat(node.run(waits)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(desk(now).find(ticket)).isEqualTo(new TicketState.Won(number));
    Ticket other = ticket(node.wish(sale, 42, 2, "k"));
    assertThat(desk(now.plus(Duration.ofHours(1))).find(other))
        .as("another wish with the same key")
        .isEqualTo(new TicketState.Lost());
  }

  @Test
  void whatTheLineDidNotRunIsLostAtOnce() {
    long sale = sale(1, 1);
    Gate gate = Objects.requireNonNull(node.flash.gates().find(sale));
    FlashOrder order = node.wish(sale, 42, 1, "k");
    node.flash.line().close(); // whoever comes now is turned away
    FlashLine.Place place = node.flash.line().enter(order, FlashNode.key(42, "k"), gate, null);
    assertThatThrownBy(() -> place.await(Duration.ofSeconds(30))).isInstanceOf(LaneRefusal.class);
    assertThat(desk(Instant.now()).find(ticket(order))).isEqualTo(new TicketState.Lost());
  }

  private TicketDesk desk(Instant now) {
    return new TicketDesk(
        node.flash.line(), new GrantStore(node.database), node.flash.keys(), null, () -> now);
  }

  private static Ticket ticket(FlashOrder order) {
    return new Ticket(
        order.sale(), order.number(), order.userId(), order.until(), Ticket.Wish.of(order));
  }

  @Test
  void twoNodesSellExactlyWhatThereIs() throws Exception {
    sellOut(true);
  }

  /** Not the CHECK keeps it exact, but the locks do. */
  @Test
  void twoNodesSellExactlyWhatThereIsWithoutTheCheck() throws Exception {
    for (String check :
        shop.texts(
            "select conname from pg_constraint where conrelid = 'inventory.pool'::regclass and"
                + " contype = 'c'")) {
      shop.run("alter table inventory.pool drop constraint " + check);
    }
    sellOut(false);
  }

  /**
   * 200 users at two nodes, 50 pieces and 10 more; some orders are closed or cancelled meanwhile.
   */
  private void sellOut(boolean checked) throws Exception {
    long sale = sale(PIECES, 2);
    try (FlashNode other = new FlashNode(shop, 2)) {
      other.open();
      AtomicInteger ended = new AtomicInteger();
      List<Callable<Integer>> users = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        int user = 1_000 + i;
        FlashNode at = i % 2 == 0 ? node : other;
        users.add(() -> insist(at, sale, user, ended));
      }
      users.add(() -> {
        await(() -> shop.number("select sum(quantity) from flashsale.grant") > PIECES / 2);
        addStock();
        return 0;
      });
      Together.run(users);
      node.hear();
      other.hear();
      assertThat(ended.get()).isPositive();
      await(() -> node.flash.gates().isGone(sale) == (free() == 0));
      // Whoever still wants some gets what is left: nothing is stranded.
      for (long user = 5_000; free() > 0; user++) {
        placed(node.buy(sale, user, 1));
        await(() -> node.flash.gates().isGone(sale) == (free() == 0));
      }
    }
    assertThat(
            shop.number(
                "select sum(quantity) from flashsale.grant where state in ('held', 'paid')"))
        .as(checked ? "checked" : "unchecked")
        .isEqualTo(PIECES + ADDED);
    assertThat(
            shop.texts(
                "select user_id::text from flashsale.grant where state <> 'released'"
                    + " group by user_id having sum(quantity) > 2"))
        .isEmpty();
    assertThat(
            shop.number(
                "select count(*) from flashsale.grant g full join ordering.orders o"
                    + " on o.number = g.order_number where o.number is null or g.order_number is"
                    + " null"))
        .isZero();
    assertThat(shop.deadlocks()).isZero();
    shop.checkPromises();
  }

  /** A user who insists, and lets some of his orders go. */
  private int insist(FlashNode at, long sale, long user, AtomicInteger ended) {
    Random random = new Random(user);
    int bought = 0;
    for (int i = 0; i < TRIES; i++) {
      if (at.buy(sale, user, 1 + random.nextInt(2))
          instanceof Outcome.Applied<Placed, FlashRefusal>(Placed placed)) {
        bought++;
        if (random.nextInt(3) == 0) {
          if (random.nextBoolean()) {
            shop.cancel(placed.order());
          } else {
            shop.makeOverdue(placed.order().number());
            shop.closeDue();
          }
          ended.incrementAndGet();
        }
      }
      LockSupport.parkNanos(random.nextInt(PAUSE_NANOS));
    }
    return bought;
  }

  private void addStock() {
    shop.database.write(
        "add",
        tx -> {
          Pool pool = Objects.requireNonNull(PoolStore.lock(tx, List.of(pool())).get(pool()));
          assertThat(PoolStore.add(tx, pool, ADDED)).isTrue();
          return true;
        });
  }

  private long pool() {
    return shop.number("select max(id) from inventory.pool");
  }

  private long free() {
    return shop.findPool(pool()).free();
  }

  private Grant grant(Order order) {
    return new GrantStore(node.database).find(order.number()).orElseThrow();
  }

  private static FlashOrder with(FlashOrder wish, FlashOrder.Way way, Instant until) {
    return new FlashOrder(
        wish.number(),
        wish.userId(),
        wish.sale(),
        wish.sku(),
        wish.quantity(),
        wish.address(),
        IdempotencyKey.commandHash(new byte[] {(byte) way.ordinal()}),
        wish.commandHash(),
        wish.keyHash(),
        way,
        until,
        wish.cause());
  }

  private static Placed placed(Outcome<Placed, FlashRefusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Placed, FlashRefusal>) outcome).value();
  }

  private static Outcome<Placed, FlashRefusal> refused(FlashRefusal why) {
    return Outcome.refused(why);
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await().until(condition::getAsBoolean);
  }
}
