package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.testing.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders whose pieces are from a pool go the way of all orders, and their pieces find theirs. */
class PoolOrdersTest {

  private static final int ROUNDS = 20;
  private TestNode node;

  @BeforeEach
  void open() {
    node = TestNode.alone();
    node.goods("A", 1_000, 1_000);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void anOrderThatIsNotPaidInTimeGivesBackToItsOpenPool() {
    long pool = node.pool("A", 10);
    Order order = node.placedFrom(pool, "A", 3);
    assertThat(order.items().getFirst().pool()).isEqualTo(pool);
    assertThat(node.findPool(pool).free()).isEqualTo(7);

    node.makeOverdue(order.number());
    node.closer.closeDue();

    assertThat(node.find(order).status()).isEqualTo(Status.CLOSED);
    assertThat(node.findPool(pool)).isEqualTo(new Pool(pool, "A", 10, 10, true));
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 10, 0));
    assertThat(told("order.closed.v1")).isEqualTo(Long.toString(pool));
    node.checkPromises();
  }

  @Test
  void aPaidOrderKeepsItsPiecesAndItsPoolStaysAsItIs() {
    long pool = node.pool("A", 10);
    Order order = node.placedFrom(pool, "A", 3);

    pay(order);

    assertThat(node.find(order).status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(node.findPool(pool).free()).isEqualTo(7);
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 7, 3));
    assertThat(told("order.paid.v1")).isEqualTo(Long.toString(pool));
    node.checkPromises();
  }

  @Test
  void whatIsCancelledAfterThePoolIsClosedIsAvailableToAll() {
    long pool = node.pool("A", 10);
    Order order = node.placedFrom(pool, "A", 3);
    node.closePool(pool);
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 997, 3, 0));

    assertThat(node.cancel(order)).isInstanceOf(Outcome.Applied.class);

    assertThat(node.findPool(pool)).isEqualTo(new Pool(pool, "A", 10, 0, false));
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 1_000, 0, 0));
    node.checkPromises();
  }

  @Test
  void anOrderOfAllLeavesPoolsAlone() {
    long pool = node.pool("A", 10);
    Order order = node.placed(new PlaceOrder.Line("A", 2));

    node.cancel(order);

    assertThat(node.findPool(pool).free()).isEqualTo(10);
    assertThat(stock()).isEqualTo(new Stock("A", 1_000, 990, 10, 0));
  }

  /** Take, pay, cancel, close by the deadline, and in half of the rounds the pool's end. */
  @Test
  void whoeverWinsEveryPieceIsSomewhere() throws Exception {
    AtomicInteger tooLate = new AtomicInteger();
    List<Long> pools = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long pool = node.pool("A", 8);
      pools.add(pool);
      Order cancelled = node.placedFrom(pool, "A", 2);
      Order overdue = node.placedFrom(pool, "A", 1);
      Attempt attempt = node.opened(node.placedFrom(pool, "A", 3));
      node.makeOverdue(overdue.number());
      int delay = round;
      List<Callable<Boolean>> work = new ArrayList<>();
      work.add(() -> node.cancel(cancelled) instanceof Outcome.Applied);
      work.add(() -> node.closer.closeDue() > 0);
      work.add(() -> node.capture(TestNode.money(attempt, "T")) instanceof Outcome.Applied);
      work.add(() -> isTaken(pool, tooLate));
      work.add(() -> isTaken(pool, tooLate));
      if (round % 2 == 0) {
        work.add(() -> isEnded(pool, delay));
      }
      Together.run(work);
    }
    node.closer.closeDue();

    node.checkPromises();
    assertThat(node.deadlocks()).isZero();
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(node.findPool(pools.get(round)).open()).isEqualTo(round % 2 == 1);
    }
    assertThat(tooLate.get()).as("in some rounds somebody came too late").isPositive();
  }

  private boolean isTaken(long pool, AtomicInteger tooLate) {
    try {
      node.placedFrom(pool, "A", 1);
      return true;
    } catch (DatabaseFailure.Conflict _) {
      tooLate.incrementAndGet();
      return false;
    }
  }

  /** Ends it a little later in each round. */
  private boolean isEnded(long pool, int delay) {
    for (int i = 0; i < delay; i++) {
      node.number("select 1");
    }
    node.closePool(pool);
    return true;
  }

  private void pay(Order order) {
    node.capture(TestNode.money(node.opened(order), "T" + order.number()));
  }

  private Stock stock() {
    return new StockStore(node.database).find("A").orElseThrow();
  }

  /** The pool of the first line that the last event of a type tells. */
  private String told(String type) {
    return node.texts(
            "select convert_from(data, 'UTF8')::jsonb->'items'->0->>'pool' from messaging.log"
                + " where type = '"
                + type
                + "' order by position desc limit 1")
        .getFirst();
  }
}
