package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.FakeProvider;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders are placed at the price in force, on two nodes, whoever edits it meanwhile. */
class PricesInForceTest {

  private static final int EDITS = 30;
  private static final int BUYERS = 8;
  private static final int BUYS_BETWEEN = 3;
  private static final long LIST_PRICE = 10_000;

  private TestNode one;
  private TestNode other;

  @BeforeEach
  void open() {
    String url = TestNode.freshUrl();
    one = new TestNode(url, 0, new FakeProvider());
    other = new TestNode(url, 1, new FakeProvider());
    one.goods("A", LIST_PRICE, 1_000_000);
    other.tariffs.refresh();
  }

  @AfterEach
  void close() {
    one.checkPromises();
    assertThat(one.deadlocks()).isZero();
    other.close();
    one.close();
  }

  @Test
  void aListHoldsFromItsStartOnEveryNodeWithoutBeingTold() {
    // Whole milliseconds, as orders keep their times; and time for a first order, also where all is
    // slow.
    Instant start = one.database.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS);
    list(30, start.toString());
    one.tariffs.refresh();
    other.tariffs.refresh();
    long revision = one.tariffs.seen().revision();
    List<Order> orders = new ArrayList<>();
    do {
      orders.add(one.placed(new Line("A", 1)));
      orders.add(other.placed(new Line("A", 1)));
    } while (decidedAt(orders.getLast()).isBefore(start));
    assertThat(orders)
        .allSatisfy(order ->
            assertThat(order.amounts().total())
                .as("at %s, start %s", decidedAt(order), start)
                .isEqualTo(decidedAt(order).isBefore(start) ? LIST_PRICE : LIST_PRICE * 3 / 10));
    assertThat(decidedAt(orders.getFirst())).isBefore(start);
    assertThat(one.number("select revision from catalog.revision")).isEqualTo(revision);
  }

  /** When it was decided, and priced: its number is older by its way to the lane. */
  private static Instant decidedAt(Order order) {
    return order.payBefore().minus(TestNode.PAY_WINDOW);
  }

  /** A percentage, when it can have been in force first, and when last. */
  private record Held(int percent, long fromNanos, long tillNanos) {}

  /** A total, when it was asked for, and when it was answered. */
  private record Bought(long total, long askedNanos, long answeredNanos) {}

  @Test
  void whatIsEditedMeanwhileIsPaidAsItWasAtTheCommit() throws Exception {
    list(99, "2026-01-01T00:00:00Z");
    List<Bought> bought = new CopyOnWriteArrayList<>();
    List<Held> held = new ArrayList<>();
    Semaphore sold = new Semaphore(0);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Held>> editing = pool.submit((Callable<List<Held>>) () -> edit(sold));
      List<Future<Boolean>> buyers = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        TestNode node = i % 2 == 0 ? one : other;
        buyers.add(pool.submit(() -> buy(node, editing, bought, sold)));
      }
      held.addAll(editing.get());
      for (Future<Boolean> buyer : buyers) {
        assertThat(buyer.get()).isTrue();
      }
    }
    assertThat(bought)
        .hasSizeGreaterThan(EDITS)
        .allSatisfy(each ->
            assertThat(held)
                .anyMatch(price ->
                    price.percent() * LIST_PRICE / 100 == each.total()
                        && price.fromNanos() <= each.answeredNanos()
                        && each.askedNanos() <= price.tillNanos()));
    assertThat(bought.stream().map(Bought::total).distinct().count()).isGreaterThan(3);
  }

  /** Neither node is told: each finds out by the revision. */
  private List<Held> edit(Semaphore sold) throws InterruptedException {
    List<Held> held = new ArrayList<>();
    int percent = 99;
    long from = Long.MIN_VALUE;
    for (int i = 0; i < EDITS; i++) {
      // The next edit waits until somebody has bought, so that each price can be seen.
      sold.drainPermits();
      sold.acquire(BUYS_BETWEEN);
      long begun = System.nanoTime();
      int next = 10 + i;
      write(
          "update promotion.price_list set percent = "
              + next
              + ", version = version + 1, change = nextval('promotion.change')");
      long done = System.nanoTime();
      held.add(new Held(percent, from, done));
      percent = next;
      from = begun;
    }
    held.add(new Held(percent, from, Long.MAX_VALUE));
    return held;
  }

  private static boolean buy(
      TestNode node, Future<?> editing, List<Bought> bought, Semaphore sold) {
    while (!editing.isDone()) {
      long asked = System.nanoTime();
      Outcome<Placed, PlaceOrder.Refusal> outcome =
          node.orders.place(node.wish(7, new Line("A", 1)));
      long answered = System.nanoTime();
      if (!(outcome instanceof Outcome.Applied<Placed, PlaceOrder.Refusal>(Placed placed))) {
        return false;
      }
      bought.add(new Bought(placed.order().amounts().total(), asked, answered));
      sold.release();
    }
    return true;
  }

  private void list(int percent, String startsAt) {
    write(
        "insert into promotion.price_list (title, scope, skus, percent, starts_at, change) values"
            + " ('x', 'shop', '{}', %d, '%s', nextval('promotion.change'))"
                .formatted(percent, startsAt));
  }

  private void write(String sql) {
    one.database.write(
        "edit",
        tx -> {
          tx.write(Sql.of("update catalog.revision set revision = revision + 1"));
          tx.write(Sql.of(sql));
          return true;
        });
  }
}
