package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries parked events again when their time comes, each alone, from the log. */
final class Retries implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private static final Sql DUE =
      Sql.of(
          """
          select id from messaging.dead_letter
          where state = 'retrying' and next_at <= clock_timestamp() and consumer = any(?::text[])
          order by next_at limit ?
          """);

  /** Locks one letter, unless another node has it; its event comes from the log. */
  private static final Sql TAKE =
      Sql.of(
          """
          select id, consumer, position, type, key, state, tries, next_at, first_at, error
          from messaging.dead_letter
          where id = ? and state = 'retrying' and next_at <= clock_timestamp()
          for update skip locked
          """);

  private static final Sql DONE =
      Sql.of("delete from messaging.dead_letter where id = ? and state = 'retrying'");
  private static final Sql FAILED =
      Sql.of(
          """
          update messaging.dead_letter
          set tries = tries + 1, error = ?,
            state = case when tries >= ? then 'dead' else 'retrying' end,
            next_at = clock_timestamp()
              + coalesce((?::bigint[])[least(tries + 1, ?)], 0) * interval '1 millisecond'
          where id = ? and state = 'retrying'
          """);

  private final Database database;
  private final EventLog eventLog;
  private final MessagingSettings settings;
  private final Map<String, EventHandler> handlers;
  private final Handled handled;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  Retries(
      Database database,
      EventLog eventLog,
      MessagingSettings settings,
      List<EventHandler> handlers,
      Handled handled) {
    this.database = database;
    this.eventLog = eventLog;
    this.settings = settings;
    this.handlers =
        handlers.stream().collect(Collectors.toMap(EventHandler::name, Function.identity()));
    this.handled = handled;
    this.thread = Thread.ofVirtual().name("retries").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed.await(settings.retryPoll().toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          round();
        } catch (DatabaseFailure e) {
          log.debug("parked events wait: {}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("a round of parked events failed; the next one comes", e);
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private void round() {
    String[] names = handlers.keySet().toArray(String[]::new);
    List<Long> due = database.read(DUE, row -> row.getLong(1), names, settings.retryBatchMax());
    for (long id : due) {
      if (closed.getCount() == 0) {
        return;
      }
      tryAgain(id);
    }
  }

  private void tryAgain(long id) {
    try {
      Optional<DeadLetter> done =
          database.writeOnce(tx -> {
            List<DeadLetter> taken = tx.query(TAKE, DeadLetters::letter, id);
            if (!taken.isEmpty()) {
              DeadLetter letter = taken.getFirst();
              List<LoggedEvent> events = eventLog.at(tx, new long[] {letter.position()});
              if (events.isEmpty()) {
                throw new IllegalStateException("the log no longer holds the event");
              }
              Heard heard = Heard.by(database.tracer(), letter.consumer(), events);
              heard.handle(() -> Receipts.handle(tx, handler(letter), heard.events()));
              Receipts.write(tx, letter.consumer(), Map.of(Receipts.FED, events));
              tx.write(DONE, id);
            }
            return taken.stream().findFirst();
          });
      done.ifPresent(letter -> handled.count(letter.consumer(), 1));
    } catch (DatabaseFailure.Transient | DatabaseFailure.CommitUnknown e) {
      log.debug("parked event {} waits: {}", id, e.getMessage());
    } catch (RuntimeException e) {
      failed(id, e);
    }
  }

  private EventHandler handler(DeadLetter letter) {
    EventHandler handler = handlers.get(letter.consumer());
    if (handler == null) {
      throw new IllegalStateException("no consumer " + letter.consumer());
    }
    return handler;
  }

  private void failed(long id, RuntimeException cause) {
    long[] waits = settings.retryWaits().stream().mapToLong(Duration::toMillis).toArray();
    database.write(
        "retry-failed",
        tx -> {
          tx.write(FAILED, DeadLetters.describe(cause), waits.length, waits, waits.length, id);
          return true;
        });
  }

  @Override
  public void close() {
    closed.countDown();
    Threads.join(thread, CLOSE_MAX);
  }
}
