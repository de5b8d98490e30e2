package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.payment.FakeProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders placed through their lanes, on a real database. */
class PlacingTest {

  private static final int PRICE_EDITS_MIN = 5;
  private static final int PRICE_ROUNDS_MAX = 50;
  private static final int BUYERS = 200;
  private static final int PIECES = 50;

  private TestNode shop;

  @BeforeEach
  void open() {
    shop = TestNode.alone();
    shop.goods("A", 1_000, 1_000_000);
    shop.goods("HOT", 990, PIECES);
  }

  @AfterEach
  void close() {
    shop.checkPromises();
    assertThat(shop.deadlocks()).isZero();
    shop.close();
  }

  @Test
  void everythingOfAnOrderIsWrittenInOneTransaction() {
    Order order = shop.placed(new Line("A", 2), new Line("HOT", 1));

    assertThat(shop.find(order)).isEqualTo(order); // read at once (O5)
    String is = " = " + order.number();
    assertThat(
            shop.texts(
                "select distinct x::text from (select xmin x from ordering.orders where number"
                    + is
                    + " union all select xmin from customer.consignee where order_number"
                    + is
                    + " union all select xmin from db.idempotency where reference"
                    + is
                    + " union all select xmin from ordering.order_due where "
                    + order.number()
                    + " = any(numbers) union all select xmin from inventory.stock"
                    + " union all select xmin from messaging.log where key"
                    + is
                    + ") t"))
        .hasSize(1);
    assertThat(shop.texts("select type from messaging.log")).containsExactly("order.placed.v1");
    assertThat(shop.number("select locked from inventory.stock where sku = 'A'")).isEqualTo(2);
    assertThat(
            shop.number(
                "select count(*) from ordering.order_due d join ordering.orders o on o.number ="
                    + " any(d.numbers) where d.due_at >= o.pay_before and d.kind = 1"))
        .isEqualTo(1);
  }

  @Test
  void theSameCommandAgainIsAnsweredWithTheSameReceipt() {
    byte[] key = TestNode.key(-1);
    Placed first = applied(shop.orders.place(shop.wish(42, key, null, new Line("A", 2))));
    shop.cancel(first.order());
    Outcome<Placed, Refusal> again = shop.orders.place(shop.wish(42, key, null, new Line("A", 2)));

    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    Placed second = ((Outcome.AlreadyApplied<Placed, Refusal>) again).value();
    assertThat(OrderJson.receipt(second)).isEqualTo(OrderJson.receipt(first));
    assertThat(shop.orders.place(shop.wish(42, key, null, new Line("A", 3))))
        .isEqualTo(Outcome.refused(new Refusal.KeyReused()));
    assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(1);
  }

  @Test
  void aRefusalLeavesNoTraceAndFreesItsKey() {
    byte[] key = TestNode.key(-2);
    for (int i = 0; i < 2; i++) { // first without load, then with
      assertThat(shop.orders.place(shop.wish(42, key, null, new Line("HOT", PIECES + 1))))
          .isEqualTo(Outcome.refused(new Refusal.OutOfStock(List.of(0), List.of(0))));
      assertThat(shop.orders.place(shop.wish(42, key, Money.cny(1), new Line("A", 1))))
          .isInstanceOf(Outcome.Refused.class);
    }
    assertNoTrace(0);
    assertThat(shop.orders.place(shop.wish(42, key, null, new Line("A", 1))))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void linesOfOneSkuThatAreTooManyTogetherAreRefused() {
    assertThat(shop.orders.place(shop.wish(42, new Line("HOT", PIECES - 1), new Line("HOT", 2))))
        .isEqualTo(Outcome.refused(new Refusal.OutOfStock(List.of(1), List.of(1))));
  }

  /** Twins in one batch: the first command has the key; the others are told what they are. */
  @Test
  void ofTwinsInOneBatchOneRuns() throws Exception {
    for (int round = 0; round < 40; round++) {
      byte[] key = TestNode.key(-1_000 - round);
      // Refused, placed, placed again, another command: in any order, one order at most.
      List<PlaceOrder> twins =
          List.of(
              shop.wish(42, key, Money.cny(1), new Line("A", 1)),
              shop.wish(42, key, null, new Line("A", 1)),
              shop.wish(42, key, null, new Line("A", 1)),
              shop.wish(42, key, null, new Line("A", 2)));
      List<Outcome<Placed, Refusal>> outcomes = all(4, i -> () -> shop.orders.place(twins.get(i)));
      assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(round + 1);
      assertThat(shop.number("select count(*) from db.idempotency")).isEqualTo(round + 1);
      assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(1);
      Order order =
          outcomes.stream()
              .filter(Outcome.Applied.class::isInstance)
              .map(outcome -> applied(outcome).order())
              .findFirst()
              .orElseThrow();
      int pieces = order.items().getFirst().quantity();
      PlaceOrder again = shop.wish(42, key, null, new Line("A", pieces));
      assertThat(shop.orders.place(again)).isInstanceOf(Outcome.AlreadyApplied.class);
      PlaceOrder other = shop.wish(42, key, null, new Line("A", 3 - pieces));
      assertThat(shop.orders.place(other)).isEqualTo(Outcome.refused(new Refusal.KeyReused()));
    }
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,false", "true,true", "false,true"})
  void ofFiftyPiecesFiftyAreSold(boolean hotFirst, boolean checksDropped) throws Exception {
    if (checksDropped) {
      shop.texts(
              "select conname from pg_constraint where conrelid = 'inventory.stock'::regclass"
                  + " and contype = 'c'")
          .forEach(name -> shop.run("alter table inventory.stock drop constraint " + name));
    }
    Line hot = new Line("HOT", 1);
    Line other = new Line("A", 1);
    List<PlaceOrder> wishes = new ArrayList<>();
    for (int i = 0; i < BUYERS; i++) {
      wishes.add(hotFirst ? shop.wish(i, hot, other) : shop.wish(i, other, hot));
    }
    List<Outcome<Placed, Refusal>> outcomes =
        all(BUYERS, i -> () -> shop.orders.place(wishes.get(i)));

    assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(PIECES);
    assertThat(outcomes)
        .filteredOn(outcome -> !(outcome instanceof Outcome.Applied))
        .containsOnly(
            Outcome.refused(new Refusal.OutOfStock(List.of(hotFirst ? 0 : 1), List.of())));
    assertThat(shop.number("select available from inventory.stock where sku = 'HOT'")).isZero();
    assertThat(shop.number("select locked from inventory.stock where sku = 'A'")).isEqualTo(PIECES);
    assertNoTrace(PIECES);
  }

  @Test
  void aTotalIsNeverAMixOfOldAndNewPrices() throws Exception {
    shop.goods("B", 100, 1_000_000);
    AtomicBoolean editing = new AtomicBoolean(true);
    AtomicInteger edits = new AtomicInteger();
    try (ExecutorService editor = Executors.newSingleThreadExecutor();
        TestNode second = new TestNode(shop.url, 1, new FakeProvider())) {
      Future<?> edited = editor.submit(() -> editPrices(editing, edits));
      List<TestNode> nodes = List.of(shop, second);
      try {
        // On a fast machine 300 orders are placed before prices have changed often enough.
        for (int round = 0; round < PRICE_ROUNDS_MAX && edits.get() < PRICE_EDITS_MIN; round++) {
          List<Outcome<Placed, Refusal>> outcomes =
              all(
                  300,
                  i ->
                      () -> {
                        TestNode node = nodes.get(i % 2);
                        return node.orders.place(node.wish(i, new Line("A", 1), new Line("B", 1)));
                      });
          assertThat(outcomes).allMatch(Outcome.Applied.class::isInstance);
        }
      } finally {
        editing.set(false);
      }
      edited.get();
      assertThat(edits.get()).isGreaterThanOrEqualTo(PRICE_EDITS_MIN);
    }
    // A costs 1,000 + 10 n and B 100 + 10 n at every revision.
    assertThat(
            shop.number(
                "select count(*) from ordering.orders, lateral (select (items::json->1->>3)::bigint"
                    + " a, (items::json->2->>3)::bigint b) p where a - b <> 900 or total <> a + b"))
        .isZero();
    assertThat(shop.number("select count(distinct total) from ordering.orders")).isGreaterThan(1);
  }

  private boolean editPrices(AtomicBoolean editing, AtomicInteger edits)
      throws InterruptedException {
    while (editing.get()) {
      shop.database.writeOnce(tx -> {
        tx.write(Sql.of("update catalog.revision set revision = revision + 1"));
        tx.write(
            Sql.of(
                "update catalog.sku set price = price + 10, version = version + 1, revision ="
                    + " (select revision from catalog.revision) where code in ('A', 'B')"));
        return true;
      });
      edits.incrementAndGet();
      Thread.sleep(15);
    }
    return true;
  }

  @Test
  void stockThatIsAdjustedMeanwhileAddsUp() throws Exception {
    AtomicBoolean adjusting = new AtomicBoolean(true);
    try (ExecutorService staff = Executors.newSingleThreadExecutor()) {
      Future<Integer> added =
          staff.submit(() -> {
            int pieces = 0;
            while (adjusting.get()) {
              shop.run(
                  "update inventory.stock set total = total + 1, available = available + 1"
                      + " where sku = 'HOT'");
              pieces++;
              Thread.sleep(3);
            }
            return pieces;
          });
      List<Outcome<Placed, Refusal>> outcomes;
      try {
        outcomes = all(300, i -> () -> shop.orders.place(shop.wish(i, new Line("HOT", 1))));
      } finally {
        adjusting.set(false);
      }
      int more = added.get();
      long sold = outcomes.stream().filter(Outcome.Applied.class::isInstance).count();
      assertThat(shop.number("select locked from inventory.stock where sku = 'HOT'"))
          .isEqualTo(sold);
      assertThat(shop.number("select total from inventory.stock where sku = 'HOT'"))
          .isEqualTo(PIECES + more);
      assertThat(sold).isGreaterThanOrEqualTo(PIECES);
    }
  }

  @Test
  void updatesStayInTheirPages() throws Exception {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      orders.add(shop.placed(new Line("A", 1)));
    }
    for (Order order : orders) {
      shop.cancel(order);
    }
    String updates = "select sum(n_tup_upd) from pg_stat_user_tables where ";
    String hot = "select sum(n_tup_hot_upd) * 100 / sum(n_tup_upd) from pg_stat_user_tables where ";
    String ofOrders = "schemaname = 'ordering' and relname like 'orders%'";
    String ofStock = "schemaname = 'inventory' and relname = 'stock'";
    // An idle session of PostgreSQL tells what it counted after ten seconds.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> shop.number(updates + ofOrders) >= 400 && shop.number(updates + ofStock) >= 700);
    assertThat(shop.number(hot + ofOrders)).as("percent of orders").isGreaterThan(90);
    assertThat(shop.number(hot + ofStock)).as("percent of stock").isGreaterThan(90);
  }

  private void assertNoTrace(long placed) {
    for (String table :
        List.of("ordering.orders", "customer.consignee", "db.idempotency", "messaging.log")) {
      assertThat(shop.number("select count(*) from " + table)).as(table).isEqualTo(placed);
    }
    assertThat(shop.number("select coalesce(sum(cardinality(numbers)), 0) from ordering.order_due"))
        .isEqualTo(placed);
  }

  private static Placed applied(Outcome<Placed, Refusal> outcome) {
    return ((Outcome.Applied<Placed, Refusal>) outcome).value();
  }

  private static <R> List<R> all(int count, IntFunction<Callable<R>> call) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<R>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        Callable<R> each = call.apply(i);
        futures.add(
            threads.submit(() -> {
              start.await();
              return each.call();
            }));
      }
      start.countDown();
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
