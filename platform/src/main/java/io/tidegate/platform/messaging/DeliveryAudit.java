package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.ReceiptCheck.Published;
import io.tidegate.platform.messaging.ReceiptCheck.Span;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proof that every event reached every consumer, whatever the broker lost.
 *
 * <p>It takes readings: what was published, and after that where the broker's queues end. A while
 * later a consumer whose offsets have reached those ends has passed all of it; what then has no
 * receipt was lost, and is fed to the handler from the log.
 */
public final class DeliveryAudit implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeliveryAudit.class);
  private static final int READINGS_MAX = 64;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private static final Sql TOP = Sql.of("select coalesce(max(position), 0) from messaging.log");
  private static final Sql SETTLED =
      Sql.of("select position from messaging.audited where consumer = ?");
  private static final Sql SETTLE =
      Sql.of(
          """
          insert into messaging.audited as a (consumer, position) values (?, ?)
          on conflict (consumer) do update set position = greatest(a.position, excluded.position)
          """);
  private static final Sql REWIND =
      Sql.of("update messaging.audited set position = 0 where consumer = ?");

  /**
   * A moment to judge by later.
   *
   * @param published what was in the broker by then
   * @param top the highest position by then
   * @param after a snapshot taken afterwards: who took a position up to top is older than its end
   * @param ends where the broker's queues ended
   */
  private record Reading(
      long nanos, Published published, long top, Snapshot after, Map<MessageQueue, Long> ends) {}

  private final Database database;
  private final Leases leases;
  private final LogReader reader;
  private final ReceiptCheck check;
  private final String lease;
  private final String node;
  private final MessagingSettings settings;
  private final List<Consumer> consumers;
  private final Deque<Reading> readings = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param lease what one node at a time has; nodes with the same consumers share a name
   */
  DeliveryAudit(
      Database database,
      String lease,
      String node,
      MessagingSettings settings,
      List<Consumer> consumers) {
    this.lease = lease;
    this.database = database;
    this.leases = new Leases(database);
    this.reader = new LogReader(database);
    this.check = new ReceiptCheck(database);
    this.node = node;
    this.settings = settings;
    this.consumers = consumers;
    this.thread = Thread.ofVirtual().name("delivery-audit").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** What can be said of each consumer of this node. Reads the whole log; for the auditor. */
  public List<Coverage> coverage() {
    RelayCursor cursor = RelayCursor.read(database);
    LogLook look = new LogLook(database, new Published(cursor.snapshot(), cursor.base()));
    return consumers.stream().map(consumer -> coverage(consumer, look)).toList();
  }

  private Coverage coverage(Consumer consumer, LogLook look) {
    Span settled = new Span(0, settled(consumer));
    long missing = 0;
    for (Span span : check.suspects(consumer.name(), consumer.types(), settled, look)) {
      Span rest = span;
      List<LoggedEvent> page;
      do {
        page =
            check.missing(
                consumer.name(), consumer.types(), rest, look.published(), settings.batchMax());
        missing += page.size();
        rest = page.isEmpty() ? rest : new Span(page.getLast().position(), span.last());
      } while (page.size() == settings.batchMax());
    }
    return new Coverage(
        consumer.name(),
        look.heard(consumer.types(), settled),
        missing,
        check.parked(consumer.name(), settled.last()));
  }

  /** Has a consumer's receipts compared again from the log's beginning, and fed what is missing. */
  public void rewind(String consumer) {
    database.write(
        "audit-rewind",
        tx -> {
          tx.write(REWIND, consumer);
          return true;
        });
  }

  private void run() {
    try {
      do {
        try {
          round();
        } catch (DatabaseFailure | MQClientException e) {
          log.debug("the delivery audit waits: {}", e.getMessage());
        } catch (RuntimeException e) {
          if (isBrokerAway(e)) {
            log.debug("the delivery audit waits: {}", e.getMessage());
          } else {
            log.error("the delivery audit failed; it is tried again", e);
          }
        }
      } while (!closed.await(settings.auditEvery().toMillis(), TimeUnit.MILLISECONDS));
      leases.release(lease, node);
    } catch (InterruptedException _) {
      // closed; the lease runs out by itself
    } catch (DatabaseFailure e) {
      log.debug("the lease runs out by itself: {}", e.getMessage());
    }
  }

  /** RocketMQ's client wraps what it can't reach in unchecked exceptions. */
  private static boolean isBrokerAway(RuntimeException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RemotingException || cause instanceof MQClientException) {
        return true;
      }
    }
    return false;
  }

  private void round() throws MQClientException, InterruptedException {
    Duration time = settings.leaseTime().plus(settings.auditEvery());
    if (leases.hold(lease, node, time).isEmpty()) {
      readings.clear();
      return;
    }
    Reading ripe = null;
    while (!readings.isEmpty() && isRipe(readings.getFirst())) {
      ripe = readings.removeFirst();
    }
    if (ripe != null) {
      boolean all = true;
      // Asked before the log is looked at: what has a position by then is seen.
      boolean isSure = reader.now().oldest() >= ripe.after().end();
      LogLook look = new LogLook(database, ripe.published());
      for (Consumer consumer : consumers) {
        all &= judge(consumer, ripe, look, isSure);
      }
      if (!all && readings.isEmpty()) {
        readings.addFirst(ripe); // a consumer has not come that far: ask again
      }
    }
    if (readings.size() < READINGS_MAX) {
      read();
    }
  }

  private boolean isRipe(Reading reading) {
    return System.nanoTime() - reading.nanos() >= settings.auditAfter().toNanos();
  }

  /** Takes a reading: first what was published, then where the queues end. */
  private void read() throws MQClientException {
    RelayCursor cursor = RelayCursor.read(database);
    if (cursor.foreign() || cursor.again() != null) {
      return;
    }
    long top = database.read(TOP, row -> row.getLong(1)).getFirst();
    Snapshot after = reader.now();
    Map<MessageQueue, Long> ends = new HashMap<>();
    for (Consumer consumer : consumers) {
      for (QueueTable.Queue queue : QueueTable.queues(database, consumer.name())) {
        if (!ends.containsKey(queue.queue())) {
          ends.put(queue.queue(), consumer.end(queue.queue()));
        }
      }
    }
    Published published = new Published(cursor.snapshot(), cursor.base());
    readings.addLast(new Reading(System.nanoTime(), published, top, after, ends));
  }

  /**
   * Looks at what is next of the log. Returns whether the consumer has passed what the reading saw.
   *
   * @param isSure no transaction of the reading's time still runs and may hold a position
   */
  private boolean judge(Consumer consumer, Reading reading, LogLook look, boolean isSure)
      throws InterruptedException {
    if (!hasPassed(consumer, reading)) {
      return false;
    }
    long settled = settled(consumer);
    long last = Math.min(reading.top(), settled + settings.auditPositionsMax());
    Span span = new Span(settled, last);
    if (span.isEmpty()) {
      return true;
    }
    Span whole = look.whole(span);
    long fed = 0;
    for (Span suspect : check.suspects(consumer.name(), consumer.types(), whole, look)) {
      fed += feed(consumer, suspect, reading.published());
    }
    if (fed > 0) {
      log.warn("{}: {} events had no receipt; they were fed from the log", consumer.name(), fed);
    }
    if (isSure && !whole.isEmpty()) {
      settle(consumer, whole.last());
    }
    return true;
  }

  private boolean hasPassed(Consumer consumer, Reading reading) {
    List<QueueTable.Queue> queues = QueueTable.queues(database, consumer.name());
    return !queues.isEmpty()
        && queues.stream()
            .allMatch(queue -> {
              Long end = reading.ends().get(queue.queue());
              return end != null && Math.max(0, queue.nextOffset()) >= end;
            });
  }

  private long feed(Consumer consumer, Span span, Published published) throws InterruptedException {
    long fed = 0;
    long after = span.after();
    while (closed.getCount() > 0) {
      List<LoggedEvent> missing =
          check.missing(
              consumer.name(),
              consumer.types(),
              new Span(after, span.last()),
              published,
              settings.auditFeedMax());
      consumer.effects().settleFed(missing);
      fed += missing.size();
      if (missing.size() < settings.auditFeedMax()) {
        return fed;
      }
      after = missing.getLast().position();
    }
    throw new InterruptedException("closed");
  }

  /** No event can appear at this position or below it any more, and each has its receipt. */
  private void settle(Consumer consumer, long position) {
    database.write(
        "audit-settle",
        tx -> {
          tx.write(SETTLE, consumer.name(), position);
          return true;
        });
  }

  private long settled(Consumer consumer) {
    return database.read(SETTLED, row -> row.getLong(1), consumer.name()).stream()
        .findFirst()
        .orElse(0L);
  }

  @Override
  public void close() {
    closed.countDown();
    Threads.join(thread, CLOSE_MAX);
  }
}
