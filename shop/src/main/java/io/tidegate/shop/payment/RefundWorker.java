package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives money back: takes refunds that are due, calls or asks their provider under their one
 * number, and writes what it said. An unknown answer is neither failed nor succeeded (M7): it asks
 * first, then calls again with the same number.
 */
public final class RefundWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RefundWorker.class);

  /** What is taken is called at once, or after one other call: its time runs from the taking. */
  static final int BATCH_MAX = 8;

  static final int CALLS_MAX = 8;
  private static final Duration SLEEP = Duration.ofMillis(500);

  /**
   * Longer than the time-outs and tries of the calls together: until then nobody else calls. What a
   * process that was killed had taken waits as long, so it is well within a minute (L2).
   */
  static final Duration CALL_MAX = Duration.ofSeconds(40);

  private final Database database;
  private final RefundStore store;
  private final EventLog events;
  private final Runnable published;
  private final Map<String, PaymentProvider> providers;
  private final Supplier<String> newTraceparent;
  private final Semaphore calls = new Semaphore(CALLS_MAX);
  private final Thread thread;
  private volatile boolean closed;

  public RefundWorker(
      Database database,
      EventLog events,
      Runnable published,
      Map<String, PaymentProvider> providers,
      Supplier<String> newTraceparent) {
    this.database = database;
    this.store = new RefundStore(database);
    this.events = events;
    this.published = published;
    this.providers = providers;
    this.newTraceparent = newTraceparent;
    this.thread = Thread.ofVirtual().name("refund-worker").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (workOff() < BATCH_MAX) {
          LockSupport.parkNanos(SLEEP.toNanos());
        }
      } catch (DatabaseFailure e) {
        log.warn("refunds are put off: {}", e.getMessage());
        LockSupport.parkNanos(SLEEP.toNanos());
      } catch (RuntimeException e) {
        log.error("refunds failed", e);
        LockSupport.parkNanos(SLEEP.toNanos());
      }
    }
  }

  /**
   * Takes refunds that are due and calls their providers, side by side.
   *
   * @return how many were due
   */
  int workOff() {
    List<Refund> due = store.takeDue(BATCH_MAX, CALL_MAX);
    for (Refund refund : due) {
      calls.acquireUninterruptibly();
      Thread.ofVirtual()
          .name("refund")
          .start(() -> {
            try {
              giveBack(refund);
            } catch (DatabaseFailure e) {
              log.warn("refund {}: its answer is not written: {}", refund.id(), e.getMessage());
            } finally {
              calls.release();
            }
          });
    }
    return due.size();
  }

  private void giveBack(Refund refund) {
    PaymentProvider provider = providers.get(refund.provider());
    if (provider == null) {
      note(refund, new Return.Unknown("no such provider here"));
      return;
    }
    // It may have arrived before: ask, and call only when it did not.
    Return answer = refund.tries() > 1 ? provider.queryRefund(refund) : new Return.Absent();
    if (answer instanceof Return.Absent) {
      answer = provider.refund(refund);
    }
    note(refund, answer);
  }

  private void note(Refund refund, Return answer) {
    try {
      database.write(
          "refund-answer",
          tx -> {
            Instant now = tx.now();
            Refund next = decide(refund, answer, now);
            RefundStore.update(tx, refund, next);
            if (next.state() == Refund.State.SUCCEEDED) {
              PaymentStore.post(tx, List.of(Posting.refunded(next, now)));
              events.append(tx, List.of(event("refund.succeeded.v1", next, now)));
            } else if (needsPersonNow(refund, next)) {
              events.append(tx, List.of(event("refund.failed.v1", next, now)));
            }
            return next;
          });
      published.run();
    } catch (DatabaseFailure.Conflict e) {
      log.warn("refund {} was changed by somebody else meanwhile", refund.id());
    }
  }

  /** What an answer makes of a refund. */
  static Refund decide(Refund refund, Return answer, Instant now) {
    return switch (answer) {
      case Return.Succeeded(Instant at) -> refund.succeeded(at);
      case Return.Processing _ -> refund.again(Refund.State.AT_PROVIDER, "processing", now);
      case Return.Absent _ -> refund.again(Refund.State.AT_PROVIDER, "not arrived", now);
      case Return.Unknown(String why) -> refund.again(Refund.State.UNKNOWN, why, now);
      case Return.Failed(String why) -> refund.again(Refund.State.NEEDS_PERSON, why, now);
    };
  }

  /** Told once: from then on it stays so until its money is back. */
  private static boolean needsPersonNow(Refund before, Refund next) {
    return next.state() == Refund.State.NEEDS_PERSON && before.state() != Refund.State.NEEDS_PERSON;
  }

  private Event event(String type, Refund refund, Instant now) {
    byte[] data =
        new JsonWriter(256)
            .beginObject()
            .field("number", refund.id().order().toString())
            .field("refund", refund.id().toString())
            .field("provider", refund.provider())
            .field("reason", refund.reason().name().toLowerCase(java.util.Locale.ROOT))
            .field("currency", refund.amount().currency())
            .field("amount", refund.amount().amount())
            .field("at", now)
            .endObject()
            .toBytes();
    return new Event(
        type, refund.id().order().value(), refund.version(), now, newTraceparent.get(), data);
  }
}
