package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the log to the broker: every committed event is sent at least once, the events of
 * one key in the order of their positions. One node relays at a time. While the broker is down the
 * log is the spool.
 */
public final class Relay implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final String LEASE = "relay";
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  /** After a restore elsewhere, events this far below the last published one are sent again. */
  private static final long OVERLAP_POSITIONS = 100_000;

  private final Database database;
  private final Leases leases;
  private final LogReader reader;
  private final EventPublisher publisher;
  private final String node;
  private final MessagingSettings settings;
  private final Steps steps;
  private final Semaphore woken = new Semaphore(0);
  private final Thread thread;
  private final LongAdder sent = new LongAdder();
  private volatile boolean closed;

  private @Nullable RelayCursor cursor;
  private @Nullable Snapshot nothingNewAt;
  private boolean held;
  private long epoch;
  private long leaseRenewedNanos;

  Relay(
      Database database,
      EventPublisher publisher,
      String node,
      MessagingSettings settings,
      Steps steps) {
    this.database = database;
    this.leases = new Leases(database);
    this.reader = new LogReader(database);
    this.publisher = publisher;
    this.node = node;
    this.settings = settings;
    this.steps = steps;
    this.thread = Thread.ofVirtual().name("relay").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Says that events were committed. Called after a commit; cheap, from any thread. */
  public void wake() {
    if (woken.availablePermits() == 0) {
      woken.release();
    }
  }

  private void run() {
    Backoff backoff = new Backoff(settings.backoffFirst(), settings.backoffMax());
    try {
      while (!closed) {
        try {
          boolean more = hold() && step();
          backoff.reset();
          if (!more) {
            pause();
          }
        } catch (DatabaseFailure | PublishException e) {
          forget();
          Duration wait = backoff.next();
          log.atLevel(backoff.level())
              .log("relaying waits {} ms: {}", wait.toMillis(), e.getMessage());
          Thread.sleep(wait);
        } catch (RuntimeException e) {
          log.error("relaying failed; it is tried again", e);
          forget();
          Thread.sleep(backoff.next());
        }
      }
    } catch (InterruptedException _) {
      // closed
    } finally {
      release();
    }
  }

  private void pause() throws InterruptedException {
    if (woken.tryAcquire(settings.relayPoll().toMillis(), TimeUnit.MILLISECONDS)) {
      Thread.sleep(settings.relayLinger());
      woken.drainPermits();
    }
  }

  /** Whether this node relays. */
  private boolean hold() throws InterruptedException {
    long now = System.nanoTime();
    if (held && now - leaseRenewedNanos < settings.leaseRenew().toNanos()) {
      return true;
    }
    Optional<Long> taken = leases.hold(LEASE, node, settings.leaseTime());
    if (taken.isEmpty()) {
      forget();
      held = false;
      Thread.sleep(settings.leaseRenew().dividedBy(2));
      return false;
    }
    if (taken.get() != epoch) {
      forget();
    }
    epoch = taken.get();
    held = true;
    leaseRenewedNanos = now;
    return true;
  }

  /** Publishes what is new, a page at most. Returns whether there may be more. */
  boolean step() {
    RelayCursor at = cursor;
    if (at == null) {
      at = RelayCursor.read(database);
      cursor = at;
    }
    if (at.foreign()) {
      log.warn("the log comes from another cluster: publishing again from its last position");
      RelayCursor.rebase(database, epoch, OVERLAP_POSITIONS);
      forget();
      return true;
    }
    Long again = at.again();
    if (again != null) {
      return publishAgain(at, again);
    }
    Snapshot target = at.target();
    return target == null ? publishNew(at) : publishBacklog(at, target);
  }

  private boolean publishNew(RelayCursor at) {
    Snapshot now = reader.now();
    if (now.equals(nothingNewAt)) {
      return false;
    }
    List<LoggedEvent> events =
        reader.some(at.snapshot(), now, at.base(), settings.relayPageMax() + 1);
    if (events.isEmpty()) {
      // The stored snapshot stays: one in memory only would not survive a recovery of the server.
      nothingNewAt = now;
      return false;
    }
    if (events.size() > settings.relayPageMax()) {
      long first = reader.first(at.snapshot(), now, at.base()).orElseThrow();
      store(at.backlog(now, first - 1, 0));
      return true;
    }
    publish(events);
    store(at.published(now, events.getLast().position()));
    return false;
  }

  private boolean publishBacklog(RelayCursor at, Snapshot target) {
    long after = Math.max(at.reached(), at.base());
    List<LoggedEvent> events = reader.page(at.snapshot(), target, after, settings.relayPageMax());
    if (!events.isEmpty()) {
      publish(events);
    }
    if (events.size() < settings.relayPageMax()) {
      store(at.published(target, events.isEmpty() ? 0 : events.getLast().position()));
    } else {
      long last = events.getLast().position();
      store(at.backlog(target, last, last));
    }
    return true;
  }

  private boolean publishAgain(RelayCursor at, long after) {
    List<LoggedEvent> events = reader.between(after, at.base(), settings.relayPageMax());
    if (events.isEmpty()) {
      store(at.again(null, at.base()));
    } else {
      publish(events);
      long last = events.getLast().position();
      store(at.again(last, last));
    }
    return true;
  }

  private void publish(List<LoggedEvent> events) {
    publisher.publish(events);
    sent.add(events.size());
    steps.at(Steps.Moment.SENT);
  }

  /** Messages that the broker has acknowledged to this process, those sent again included. */
  long sent() {
    return sent.sum();
  }

  private void store(RelayCursor next) {
    next.store(database, epoch);
    cursor = next;
    steps.at(Steps.Moment.MARKED);
  }

  private void forget() {
    cursor = null;
    nothingNewAt = null;
  }

  private void release() {
    if (!held) {
      return;
    }
    try {
      leases.release(LEASE, node);
    } catch (DatabaseFailure e) {
      log.debug("the relay's lease runs out by itself: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    Threads.join(thread, CLOSE_MAX);
  }
}
