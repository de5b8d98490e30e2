package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a consumer's effects: handler, receipts and offsets in one transaction.
 *
 * <p>What may pass by itself is tried again as it is. What an event causes is split, until the
 * culprit stands alone and is parked, while the others are done.
 */
final class Effects {

  /** The queues went to another node; nothing of the batch was kept. */
  static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private static final Logger log = LoggerFactory.getLogger(Effects.class);

  private final Database database;
  private final EventHandler handler;
  private final DeadLetters deadLetters;
  private final MessagingSettings settings;
  private final CountDownLatch closed;
  private final Steps steps;
  private final Handled handled;

  Effects(
      Database database,
      EventHandler handler,
      DeadLetters deadLetters,
      MessagingSettings settings,
      CountDownLatch closed,
      Steps steps,
      Handled handled) {
    this.database = database;
    this.handler = handler;
    this.deadLetters = deadLetters;
    this.settings = settings;
    this.closed = closed;
    this.steps = steps;
    this.handled = handled;
  }

  /**
   * Settles a batch: afterwards each event is done or parked, and the offsets have moved.
   *
   * @param bySlot the events, by the slot of their receipts
   * @param offsets the queues' next offsets
   */
  void settle(Map<Integer, List<LoggedEvent>> bySlot, Map<QueueLease, Long> offsets)
      throws LostException, InterruptedException {
    RuntimeException cause = attempt(bySlot, offsets);
    if (cause == null) {
      return;
    }
    for (Map.Entry<Integer, List<LoggedEvent>> entry : bySlot.entrySet()) {
      settleParts(entry.getKey(), entry.getValue());
    }
    RuntimeException again = attempt(Map.of(), offsets);
    if (again != null) {
      throw again;
    }
  }

  /** Settles events that came past the queues. */
  void settleFed(List<LoggedEvent> events) throws InterruptedException {
    try {
      settleParts(Receipts.FED, events);
    } catch (LostException e) {
      throw new IllegalStateException("without offsets no queue can be lost", e);
    }
  }

  private void settleParts(int slot, List<LoggedEvent> events)
      throws LostException, InterruptedException {
    if (events.isEmpty()) {
      return;
    }
    RuntimeException cause = attempt(Map.of(slot, events), Map.of());
    if (cause == null) {
      return;
    }
    if (events.size() == 1) {
      LoggedEvent culprit = events.getFirst();
      log.warn(
          "{}: event {} ({}) is parked: {}",
          handler.name(),
          culprit.position(),
          culprit.type(),
          DeadLetters.describe(cause));
      deadLetters.park(handler.name(), culprit, cause, settings.retryWaits());
      return;
    }
    int half = events.size() / 2;
    settleParts(slot, events.subList(0, half));
    settleParts(slot, events.subList(half, events.size()));
  }

  /** Commits, however often it takes. Returns the exception that one of the events causes. */
  private @Nullable RuntimeException attempt(
      Map<Integer, List<LoggedEvent>> bySlot, Map<QueueLease, Long> offsets)
      throws LostException, InterruptedException {
    Backoff backoff = new Backoff(settings.backoffFirst(), settings.backoffMax());
    int conflicts = 0;
    while (true) {
      try {
        commit(bySlot, offsets);
        return null;
      } catch (DatabaseFailure.Transient | DatabaseFailure.CommitUnknown e) {
        Duration wait = backoff.next();
        log.atLevel(backoff.level()).log("{}: tried again: {}", handler.name(), e.getMessage());
        if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new InterruptedException("closed");
        }
      } catch (DatabaseFailure.Conflict e) {
        if (isLost(offsets)) {
          throw new LostException();
        }
        conflicts++;
        if (conflicts >= settings.conflictTriesMax()) {
          return e;
        }
      } catch (RuntimeException e) {
        return e;
      }
    }
  }

  private boolean isLost(Map<QueueLease, Long> offsets) {
    try {
      return !offsets.isEmpty() && !QueueTable.owned(database, offsets.keySet());
    } catch (DatabaseFailure _) {
      return true; // then it comes again
    }
  }

  private void commit(Map<Integer, List<LoggedEvent>> bySlot, Map<QueueLease, Long> offsets) {
    List<LoggedEvent> events = bySlot.values().stream().flatMap(List::stream).toList();
    Heard heard = Heard.by(database.tracer(), handler.name(), events);
    heard.handle(() ->
        database.writeOnce(tx -> {
          if (!events.isEmpty()) {
            Receipts.handle(tx, handler, heard.events());
            Receipts.write(tx, handler.name(), bySlot);
          }
          QueueTable.advance(tx, offsets);
          steps.at(Steps.Moment.WRITTEN);
          return true;
        }));
    steps.at(Steps.Moment.COMMITTED);
    if (!events.isEmpty()) {
      handled.count(handler.name(), events.size());
      handler.committed();
    }
  }
}
