package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of kept rows are what a page without them would be. */
class OrderRowsJsonTest {

  private static final Cause CAUSE = Cause.system("");
  private static final long USER = 42;
  private static final RefundedPart ONE_PIECE =
      new RefundedPart(1, true, 0, List.of(new RefundedPart.Line(1, 1, 1_000, 0)));
  private static final String ONE_REFUNDED = "\"refundedQuantity\":1";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestNode node;
  private OrderRowsJson rows;

  @BeforeEach
  void open() {
    node = TestNode.alone();
    node.goods("A", 1_000, 10_000);
    node.goods("B", 700, 10_000);
    rows = new OrderRowsJson(node.store, new RefundedStore(node.database), meters);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aRowIsReadOnceForEachOfItsVersions() {
    Order first = placed();
    Order second = placed();
    assertThat(texts(20)).isEqualTo(unkept(20));
    assertThat(counted("read")).isEqualTo(2);
    assertThat(texts(20)).isEqualTo(unkept(20));
    assertThat(counted("read")).isEqualTo(2);
    assertThat(counted("kept")).isEqualTo(2);

    node.cancel(first);
    assertThat(texts(20)).isEqualTo(unkept(20)).anyMatch(row -> row.contains("\"cancelled\""));
    assertThat(counted("read")).isEqualTo(3);
    Order third = placed();
    assertThat(rows.page(USER, Long.MAX_VALUE, 20).rows())
        .extracting(ArchivedOrders.Row::number)
        .containsExactly(third.number(), second.number(), first.number());
    assertThat(counted("read")).isEqualTo(4);
  }

  @Test
  void aPageGoesOnWhereMoreOrdersAre() {
    List<OrderNumber> numbers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      numbers.addFirst(placed().number());
    }
    long below = Long.MAX_VALUE;
    List<OrderNumber> seen = new ArrayList<>();
    for (int pages = 0; pages < 3; pages++) {
      OrderListJson page = rows.page(USER, below, 2);
      page.rows().forEach(row -> seen.add(row.number()));
      assertThat(page.next())
          .isEqualTo(pages == 2 ? OptionalLong.empty() : OptionalLong.of(seen.getLast().value()));
      below = page.next().orElse(0);
    }
    assertThat(seen).isEqualTo(numbers);
    assertThat(rows.page(USER, Long.MAX_VALUE, 5).next()).isEmpty();
    assertThat(rows.page(USER + 1, Long.MAX_VALUE, 5).rows()).isEmpty();
  }

  @Test
  void refundedPiecesAreKeptWithTheirOrder() {
    Order order = paid();
    assertThat(texts(20)).isEqualTo(unkept(20));
    refund(order);
    assertThat(texts(20)).isEqualTo(unkept(20));
    assertThat(texts(20)).singleElement().asString().contains(ONE_REFUNDED);
    assertThat(counted("read")).as("one of each version").isEqualTo(2);
    reverse(order);
    assertThat(texts(20)).isEqualTo(unkept(20));
    assertThat(texts(20)).singleElement().asString().doesNotContain(ONE_REFUNDED);
    assertThat(counted("read")).isEqualTo(3);
  }

  /** Pieces are read after their order, so they may be of a later version than it is. */
  @Test
  void piecesThatChangeMeanwhileAreShownToWhoeverAsksAfterThem() {
    Order order = paid();
    refund(order);
    List<Runnable> changes = new ArrayList<>(List.of(() -> reverse(order), () -> refund(order)));
    OrderRowsJson overtaken =
        new OrderRowsJson(
            new Overtaken(node.store, changes), new RefundedStore(node.database), meters);
    assertThat(texts(overtaken.page(USER, Long.MAX_VALUE, 20)))
        .singleElement()
        .asString()
        .doesNotContain(ONE_REFUNDED);
    assertThat(texts(overtaken.page(USER, Long.MAX_VALUE, 20)))
        .singleElement()
        .asString()
        .contains(ONE_REFUNDED);
    assertThat(changes).isEmpty();
    assertThat(texts(overtaken.page(USER, Long.MAX_VALUE, 20)))
        .isEqualTo(unkept(20))
        .singleElement()
        .asString()
        .contains(ONE_REFUNDED);
    assertThat(counted("read")).as("each time").isEqualTo(3);
  }

  /** What an erasure changes makes no version. */
  @Test
  void aRowShowsNothingOfWhatPeopleWrote() {
    Order order = placed();
    node.cancel(order, "words of a person");
    assertThat(texts(20)).singleElement().asString().doesNotContain("words of a person");
    node.database.writeOnce(tx -> {
      CancelWordsStore.forget(tx, List.of(order.number().value()));
      return true;
    });
    assertThat(texts(20)).isEqualTo(unkept(20));
    assertThat(counted("read")).as("it is kept").isEqualTo(1);
  }

  @Test
  void whatHasNoRoomIsReadEachTime() {
    OrderRowsJson narrow =
        new OrderRowsJson(
            node.store, new RefundedStore(node.database), meters, 3_000); // a few rows
    for (int i = 0; i < 30; i++) {
      placed();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(texts(narrow.page(USER, Long.MAX_VALUE, 30))).isEqualTo(unkept(30));
    }
    assertThat(counted("read")).isGreaterThan(80);
  }

  /** Between the question which orders there are and the page of them others may come. */
  @Test
  void anOrderThatComesMeanwhilePushesNoneOff() throws Exception {
    OrderRowsJson nothingKept =
        new OrderRowsJson(node.store, new RefundedStore(node.database), meters, 0);
    for (int i = 0; i < 5; i++) {
      placed();
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> placing =
          threads.submit(() -> {
            for (int i = 0; i < 200; i++) {
              placed();
            }
          });
      int pages = 0;
      while (!placing.isDone() || pages < 50) {
        assertThat(nothingKept.page(USER, Long.MAX_VALUE, 5).rows()).hasSize(5);
        pages++;
      }
      placing.get();
    }
  }

  /** What leaves between the two looks is the archive's, and on the page that goes on below. */
  @Test
  void anOrderThatLeavesMeanwhileIsOnTheNextPage() {
    List<OrderNumber> numbers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      numbers.addFirst(placed().number());
    }
    OrderRowsJson left = leaving(List.of(numbers.get(2)), false);

    OrderListJson page = left.page(USER, Long.MAX_VALUE, 3);
    assertThat(numbers(page)).isEqualTo(numbers.subList(0, 2));
    assertThat(page.next()).hasValue(numbers.get(1).value());
    assertThat(numbers(left.page(USER, page.next().orElse(0), 3))).isEqualTo(numbers.subList(3, 6));
  }

  @Test
  void aPageThatLeavesAsAWholeIsLookedAtAgain() {
    List<OrderNumber> numbers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      numbers.addFirst(placed().number());
    }
    OrderListJson page = leaving(numbers.subList(0, 2), false).page(USER, Long.MAX_VALUE, 2);
    assertThat(numbers(page)).isEqualTo(numbers.subList(2, 4));
    assertThat(page.next()).hasValue(numbers.get(3).value());

    OrderRowsJson always = leaving(numbers, true);
    assertThatThrownBy(() -> always.page(USER, Long.MAX_VALUE, 2))
        .isInstanceOf(DatabaseFailure.Transient.class);
  }

  /** Two nodes change orders; whoever asks after a change has committed sees it. */
  @Test
  void aPageIsNeverOlderThanItsQuestion() throws Exception {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      orders.add(placed());
    }
    SplittableRandom random = new SplittableRandom(7);
    try (TestNode other = new TestNode(node.url, 1, node.provider);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Order order : orders) {
        TestNode who = random.nextBoolean() ? node : other;
        all.add(
            threads.submit(() -> {
              texts(60);
              who.cancel(order);
              assertThat(texts(rows.page(USER, order.number().value() + 1, 1)))
                  .singleElement()
                  .asString()
                  .contains("\"number\":\"" + order.number(), "\"state\":\"cancelled\"");
              return order;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(texts(60)).isEqualTo(unkept(60));
  }

  private Order placed() {
    return node.placed(new PlaceOrder.Line("A", 2), new PlaceOrder.Line("B", 1));
  }

  private Order paid() {
    Order order = placed();
    node.capture(TestNode.money(node.opened(order), "T" + order.number()));
    return node.find(order);
  }

  private void refund(Order order) {
    change(
        order,
        batch ->
            batch.refunded(
                order.number(), ONE_PIECE, RestOfOrder.WAITS, CAUSE, node.database.now()));
  }

  private void reverse(Order order) {
    change(order, batch -> batch.reversed(order.number(), ONE_PIECE, CAUSE, node.database.now()));
  }

  private void change(Order order, Consumer<RefundableBatch> what) {
    node.database.write(
        "change",
        tx -> {
          RefundableBatch batch = RefundableBatch.lock(tx, List.of(order.number()));
          what.accept(batch);
          batch.save(tx, node.log, Duration.ofDays(10));
          return true;
        });
  }

  private OrderRowsJson leaving(Collection<OrderNumber> gone, boolean listedAlways) {
    return new OrderRowsJson(
        new Leaving(node.store, gone, listedAlways), new RefundedStore(node.database), meters);
  }

  /** Orders of which some leave as soon as they are listed. */
  private static final class Leaving implements OrderRowsJson.Source {
    private final OrderStore store;
    private final Collection<OrderNumber> gone;
    private final boolean listedAlways;
    private boolean listed;

    Leaving(OrderStore store, Collection<OrderNumber> gone, boolean listedAlways) {
      this.store = store;
      this.gone = gone;
      this.listedAlways = listedAlways;
    }

    @Override
    public List<OrderStore.Version> versions(long userId, long below, int most) {
      boolean left = listed && !listedAlways;
      listed = true;
      return store.versions(userId, below, most + gone.size()).stream()
          .filter(order -> !left || !gone.contains(order.number()))
          .limit(most)
          .toList();
    }

    @Override
    public List<Order> mine(long userId, long below, int most) {
      return store.mine(userId, below, most + gone.size()).stream()
          .filter(order -> !gone.contains(order.number()))
          .limit(most)
          .toList();
    }

    @Override
    public List<Order> find(List<OrderNumber> numbers) {
      return store.find(numbers.stream().filter(number -> !gone.contains(number)).toList());
    }
  }

  /** Orders that change as soon as they are read, as often as there are changes. */
  private record Overtaken(OrderStore store, List<Runnable> changes)
      implements OrderRowsJson.Source {

    @Override
    public List<OrderStore.Version> versions(long userId, long below, int most) {
      return store.versions(userId, below, most);
    }

    @Override
    public List<Order> mine(long userId, long below, int most) {
      List<Order> read = store.mine(userId, below, most);
      if (!changes.isEmpty()) {
        changes.removeFirst().run();
      }
      return read;
    }

    @Override
    public List<Order> find(List<OrderNumber> numbers) {
      return store.find(numbers);
    }
  }

  private static List<OrderNumber> numbers(OrderListJson page) {
    return page.rows().stream().map(ArchivedOrders.Row::number).toList();
  }

  private List<String> texts(int limit) {
    return texts(rows.page(USER, Long.MAX_VALUE, limit));
  }

  private static List<String> texts(OrderListJson page) {
    return page.rows().stream()
        .map(row -> new String(row.summary(), StandardCharsets.UTF_8))
        .toList();
  }

  /** The same page, each order read and written anew. */
  private List<String> unkept(int limit) {
    List<Order> orders = node.orders.mine(USER, Long.MAX_VALUE, limit);
    return orders.stream()
        .map(order -> {
          JsonWriter json = new JsonWriter(1_024);
          OrderJson.row(json, order, node.orders.refundedPieces(order));
          return new String(json.toBytes(), StandardCharsets.UTF_8);
        })
        .toList();
  }

  private double counted(String from) {
    return meters.counter("tidegate.order.list.rows", "from", from).count();
  }
}
