package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes unpaid orders whose deadline has passed, and completes delivered ones whose ten days have.
 *
 * <p>It sleeps until the earliest deadline and takes the rows that are due, on any node; what waits
 * costs nothing. Close competes with pay on the order's row, and exactly one wins.
 */
final class CloseWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CloseWorker.class);

  /** Rows in one transaction; a row holds the orders of one lane batch. */
  private static final int ROWS_MAX = 2;

  /** Another node may write an earlier deadline than the one that is slept for. */
  private static final Duration SLEEP_MAX = Duration.ofSeconds(1);

  /** What is due may be in another node's hands: it is not asked for without a pause. */
  private static final Duration SLEEP_MIN = Duration.ofMillis(20);

  private final Database database;
  private final DueStore due;
  private final EventLog events;
  private final Runnable published;
  private final Supplier<String> newTraceparent;
  private final Thread thread;
  private volatile boolean closed;

  CloseWorker(
      Database database, EventLog events, Runnable published, Supplier<String> newTraceparent) {
    this.database = database;
    this.due = new DueStore(database);
    this.events = events;
    this.published = published;
    this.newTraceparent = newTraceparent;
    this.thread = Thread.ofVirtual().name("closer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (closeDue() == 0) {
          sleep();
        }
      } catch (DatabaseFailure e) {
        log.warn("closing is put off: {}", e.getMessage());
        LockSupport.parkNanos(SLEEP_MAX.toNanos());
      } catch (RuntimeException e) {
        log.error("closing failed", e);
        LockSupport.parkNanos(SLEEP_MAX.toNanos());
      }
    }
  }

  /**
   * Handles some rows that are due.
   *
   * @return how many rows
   */
  int closeDue() {
    int rows = database.write("close", this::closeDue);
    if (rows > 0) {
      published.run();
    }
    return rows;
  }

  private int closeDue(Tx tx) {
    List<DueStore.Due> rows = DueStore.take(tx, ROWS_MAX);
    if (rows.isEmpty()) {
      return 0;
    }
    Map<OrderNumber, DueStore.Kind> kinds = new HashMap<>();
    for (DueStore.Due row : rows) {
      row.numbers().forEach(number -> kinds.put(new OrderNumber(number), row.kind()));
    }
    OrderBatch batch = OrderBatch.load(tx, kinds.keySet(), List.of());
    Instant now = tx.now();
    Cause cause = Cause.system(newTraceparent.get());
    List<OrderNumber> refused = new ArrayList<>(0);
    for (OrderFile file : batch.files()) {
      Outcome<Changes, Refusal> outcome =
          switch (kinds.getOrDefault(file.order().number(), DueStore.Kind.PAY)) {
            case PAY -> OrderRules.close(file, cause, now);
            case COMPLETE -> OrderRules.complete(file, cause, now);
          };
      switch (outcome) {
        case Outcome.Applied<Changes, Refusal>(Changes changes) ->
            batch.apply(file, changes, cause.traceparent());
        case Outcome.AlreadyApplied<Changes, Refusal> _ -> {}
        case Outcome.Refused<Changes, Refusal> _ -> refused.add(file.order().number());
      }
    }
    if (!refused.isEmpty()) {
      log.debug("{} orders have moved on before their deadline", refused.size());
    }
    DueStore.delete(tx, rows);
    batch.save(tx, events);
    return rows.size();
  }

  private void sleep() {
    Optional<Instant> earliest = due.earliest();
    Duration left = earliest.map(at -> Duration.between(database.now(), at)).orElse(SLEEP_MAX);
    LockSupport.parkNanos(Math.clamp(left.toNanos(), SLEEP_MIN.toNanos(), SLEEP_MAX.toNanos()));
  }
}
