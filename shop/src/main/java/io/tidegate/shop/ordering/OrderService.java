package io.tidegate.shop.ordering;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Lane;
import io.tidegate.platform.db.LaneMetrics;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Orders, for everything above: the lanes, the workers beside them, and reads. */
public final class OrderService implements Placing, AutoCloseable {

  /** How long a command may wait in a lane's queue before it is answered 503 unexecuted. */
  private static final Duration QUEUE_MAX = Duration.ofSeconds(5);

  /** The name of the lane that places orders. */
  public static final String PLACE = "place";

  private final OrderStore store;
  private final RefundedStore refunded;
  private final OrderSearchStore search;
  private final OrderRowsJson listed;
  private final OrderNumbers numbers;
  private final PlaceLane placer;
  private final Lane<PlaceOrder, PlaceLane.Answer> placing;
  private final Lane<OrderCommand, Outcome<Result, Refusal>> changing;
  private final CloseWorker closer;
  private final AskWorker asker;
  private final ShipmentConsumer shipments;

  /**
   * How orders behave.
   *
   * @param payWindow how long an order's stock is locked for its payment
   * @param completeAfter how long after delivery an order completes by itself
   * @param perSecondMax a cap on placing, for tests of overload; 0: none
   */
  public record Settings(Duration payWindow, Duration completeAfter, int perSecondMax) {}

  /**
   * What orders stand on.
   *
   * @param published told after each commit that events wait
   * @param newTraceparent starts a trace for what the system does by itself
   */
  public record Ground(
      Database database,
      EventLog log,
      Runnable published,
      TariffBook tariffs,
      ConsigneeStore consignees,
      PaymentStore payments,
      Map<String, PaymentProvider> providers,
      OrderNumbers numbers,
      Supplier<String> newTraceparent,
      MeterRegistry meters) {}

  public OrderService(Ground ground, Settings settings) {
    this(ground, settings, LaneSettings.of(PLACE));
  }

  /**
   * The same with another lane for placing.
   *
   * @param place its name is for threads and metrics
   */
  public OrderService(Ground ground, Settings settings, LaneSettings place) {
    this.store = new OrderStore(ground.database());
    this.refunded = new RefundedStore(ground.database());
    this.search = new OrderSearchStore(ground.database());
    this.listed = new OrderRowsJson(store, refunded, ground.meters());
    this.numbers = ground.numbers();
    this.placer =
        new PlaceLane(
            ground.tariffs(),
            new PlacedStore(new NewOrderStore(ground.consignees(), ground.log())),
            ground.consignees(),
            ground.published(),
            settings.payWindow());
    this.placing =
        new Lane<>(
            place.withPerSecondMax(settings.perSecondMax()),
            ground.database(),
            placer,
            PlaceLane::bytes,
            new LaneMetrics(ground.meters(), place.name()));
    this.changing =
        new Lane<>(
            LaneSettings.of("order"),
            ground.database(),
            new OrderLane(ground.log(), ground.published()),
            OrderLane::bytes,
            new LaneMetrics(ground.meters(), "order"));
    this.closer =
        new CloseWorker(
            ground.database(), ground.log(), ground.published(), ground.newTraceparent());
    this.asker =
        new AskWorker(ground.payments(), store, this, ground.providers(), ground.newTraceparent());
    this.shipments = new ShipmentConsumer(ground.log(), settings.completeAfter());
  }

  /** Makes the partitions of this month and the next ones. */
  public static void preparePartitions(Database database, Instant now) {
    new OrderStore(database).preparePartitions(now);
    new RefundedStore(database).preparePartitions(now);
  }

  /** Starts the workers that close orders and ask providers. */
  public void start() {
    closer.start();
    asker.start();
  }

  /** Hears what fulfilment tells. */
  public EventHandler shipmentHandler() {
    return shipments;
  }

  @Override
  public OrderNumber nextNumber(long userId) {
    return numbers.next(userId);
  }

  @Override
  public Outcome<Placed, PlaceOrder.Refusal> place(PlaceOrder command) {
    PlaceLane.Answer first = placing.submit(command, QUEUE_MAX);
    return first.sure()
        ? first.outcome()
        : placer.carefully(command, () -> placing.submit(command, QUEUE_MAX)).outcome();
  }

  public Outcome<Result, Refusal> run(OrderCommand command) {
    return changing.submit(command, QUEUE_MAX);
  }

  public Optional<Order> find(OrderNumber number) {
    return store.find(number);
  }

  /** An order of this customer; another's is as if it didn't exist (C5). */
  public Optional<Order> find(OrderNumber number, long userId) {
    return store.find(number).filter(order -> order.userId() == userId);
  }

  /** How many pieces of these orders' lines are refunded. */
  RefundedPiecesBatch refundedPieces(List<Order> orders) {
    return RefundedPiecesBatch.of(refunded, orders);
  }

  /** How many pieces of each line are refunded; lines of which none are, are left out. */
  public Map<Integer, Integer> refundedPieces(Order order) {
    return RefundedPiecesBatch.of(refunded, order);
  }

  /** An order's steps, oldest first, and whose it is. */
  public Optional<Timeline> timeline(OrderNumber number) {
    return store.history(number).map(told -> new Timeline(told.userId(), told.steps()));
  }

  /** A customer's orders below a number, newest first. */
  public List<Order> mine(long userId, long below, int most) {
    return store.mine(userId, below, most);
  }

  /** The same as a list shows them, {@code limit} at most. */
  OrderListJson listed(long userId, long below, int limit) {
    return listed.page(userId, below, limit);
  }

  /** All orders below a number, newest first. */
  public List<Order> latest(long below, int most) {
    return store.latest(below, most);
  }

  /** Orders for staff, newest first. */
  public OrderSearchStore search() {
    return search;
  }

  /** An order's history and its owner. */
  public record Timeline(long userId, List<Step> steps) {}

  @Override
  public void close() {
    closer.close();
    asker.close();
    placing.close();
    changing.close();
  }
}
