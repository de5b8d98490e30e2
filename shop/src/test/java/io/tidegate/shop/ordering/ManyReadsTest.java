package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.OrderNumber;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Pages that lack rows, and whoever wants one order, while the database answers nobody. */
class ManyReadsTest {

  /** Together more orders than callers may wait for reads of one kind. */
  private static final int PAGES = 400;

  private static final int LACKING = 50;

  @Test
  void aPageWaitsAsOneCallerHoweverManyRowsItLacks() throws Exception {
    try (TestNode node = TestNode.alone();
        Connection other = DriverManager.getConnection(node.url);
        Statement statement = other.createStatement()) {
      node.goods("A", 1_000, 10);
      Order order = node.placed(new PlaceOrder.Line("A", 1));
      other.setAutoCommit(false);
      statement.execute("lock table ordering.orders in access exclusive mode");

      List<Thread> threads = new ArrayList<>();
      List<FutureTask<List<Order>>> pages = new ArrayList<>();
      for (int i = 0; i < PAGES; i++) {
        List<OrderNumber> numbers = numbersFrom(order.number().value() + (long) i * LACKING);
        FutureTask<List<Order>> page = new FutureTask<>(() -> node.store.find(numbers));
        pages.add(page);
        threads.add(Thread.startVirtualThread(page));
      }
      FutureTask<Order> one = new FutureTask<>(() -> node.store.find(order.number()).orElseThrow());
      await().until(() -> threads.stream().allMatch(ManyReadsTest::waitsOrIsDone));
      Thread single = Thread.startVirtualThread(one);
      await().until(() -> waitsOrIsDone(single));
      other.rollback();

      assertThat(pages.getFirst().get()).extracting(Order::number).containsExactly(order.number());
      for (FutureTask<List<Order>> page : pages.subList(1, PAGES)) {
        assertThat(page.get()).isEmpty();
      }
      assertThat(one.get().number()).isEqualTo(order.number());
    }
  }

  private static List<OrderNumber> numbersFrom(long first) {
    return LongStream.range(first, first + LACKING).mapToObj(OrderNumber::new).toList();
  }

  private static boolean waitsOrIsDone(Thread thread) {
    return switch (thread.getState()) {
      case TIMED_WAITING, TERMINATED -> true;
      case NEW, RUNNABLE, BLOCKED, WAITING -> false;
    };
  }
}
