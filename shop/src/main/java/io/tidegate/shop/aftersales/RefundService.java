package io.tidegate.shop.aftersales;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Lane;
import io.tidegate.platform.db.LaneMetrics;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Refunds that customers ask for, for everything above: the lane, the worker, and reads. */
public final class RefundService implements AutoCloseable {

  /** How long a request may wait in the lane's queue before it is answered 503 unexecuted. */
  private static final Duration QUEUE_MAX = Duration.ofSeconds(5);

  private final RefundGround ground;
  private final RefundCaseStore store;
  private final RefundCaseWorker worker;
  private final Lane<RequestRefund, Outcome<Supplier<RefundCase>, RefundRefusal>> requesting;

  public RefundService(RefundGround ground, MeterRegistry meters) {
    this.ground = ground;
    this.store = new RefundCaseStore(ground.database());
    this.worker = new RefundCaseWorker(ground);
    this.requesting =
        new Lane<>(
            LaneSettings.of("refund"),
            ground.database(),
            new RefundLane(ground, worker::signal),
            RefundLane::bytes,
            new LaneMetrics(meters, "refund"));
  }

  /** Starts the worker that takes refunds' steps. */
  public void start() {
    worker.start();
  }

  /** Hears what becomes of the money. */
  public EventHandler moneyHandler() {
    return new RefundMoneyConsumer(ground, worker::signal);
  }

  /** Steps are due: somebody wrote refunds, or decided about one. */
  void signal() {
    worker.signal();
  }

  /** Asks for pieces of an order. The same key again gives the same receipt. */
  public Outcome<RefundCase, RefundRefusal> request(RequestRefund command) {
    return switch (requesting.submit(command, QUEUE_MAX)) {
      case Outcome.Applied<Supplier<RefundCase>, RefundRefusal>(Supplier<RefundCase> made) ->
          Outcome.applied(made.get());
      case Outcome.AlreadyApplied<Supplier<RefundCase>, RefundRefusal>(Supplier<RefundCase> made) ->
          Outcome.alreadyApplied(made.get());
      case Outcome.Refused<Supplier<RefundCase>, RefundRefusal>(RefundRefusal why) ->
          Outcome.refused(why);
    };
  }

  /**
   * Orders and their refunds under locks (ranks ORDER and CASE), for whoever asks for money in a
   * transaction of its own: lock what else there is to lock, then {@link RefundBatch#request}, then
   * {@link RefundBatch#save}, which locks perks and then writes, so it comes before other writes.
   */
  RefundBatch open(Tx tx, Collection<OrderNumber> orders) {
    return RefundBatch.load(tx, ground, orders);
  }

  /** An order's refunds, by seq. */
  public List<RefundCase> ofOrder(OrderNumber order) {
    return store.ofOrder(order);
  }

  public Optional<RefundCase> find(RefundCaseId id) {
    return ofOrder(id.order()).stream().filter(each -> each.id().equals(id)).findFirst();
  }

  @Override
  public void close() {
    worker.close();
    requesting.close();
  }
}
