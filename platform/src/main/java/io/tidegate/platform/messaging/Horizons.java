package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the feed's horizons: whenever something was committed, the difference to the snapshot
 * before becomes the next one. One node does so at a time; the broker has no part in it, so the
 * feed goes on while the broker is down.
 */
final class Horizons implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Horizons.class);
  private static final String LEASE = "horizons";
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final Leases leases;
  private final LogReader reader;
  private final HorizonStore store;
  private final String node;
  private final MessagingSettings settings;
  private final Semaphore woken = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  private @Nullable State state;
  private @Nullable Snapshot nothingNewAt;
  private boolean held;
  private long epoch;
  private long leaseRenewedNanos;

  /**
   * Where it stands.
   *
   * @param next the next horizon's id
   * @param since what the next difference begins from
   * @param base see {@link Horizon}
   * @param open a horizon whose difference goes on, or null
   */
  private record State(long next, Snapshot since, long base, @Nullable Horizon open) {}

  Horizons(Database database, String node, MessagingSettings settings) {
    this.leases = new Leases(database);
    this.reader = new LogReader(database);
    this.store = new HorizonStore(database);
    this.node = node;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("horizons").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Says that events were committed. Cheap, from any thread. */
  void wake() {
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
        } catch (DatabaseFailure e) {
          forget();
          Duration wait = backoff.next();
          log.atLevel(backoff.level())
              .log("the feed waits {} ms: {}", wait.toMillis(), e.getMessage());
          Thread.sleep(wait);
        } catch (RuntimeException e) {
          log.error("the feed's horizons failed; it is tried again", e);
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

  /** Whether this node makes horizons. */
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

  /** Makes the next horizons, a bounded number. Returns whether there may be more. */
  boolean step() {
    State at = state;
    if (at == null) {
      HorizonStore.LogState from = store.log();
      if (from.foreign()) {
        log.warn("the log comes from another cluster: what the feed had not shown of it follows");
        store.rebase(epoch);
        return true;
      }
      at = state(from.base());
      state = at;
    }
    Horizon open = at.open();
    return open == null ? addNew(at) : addParts(at, open.since(), open.until(), open.last());
  }

  private State state(long base) {
    Horizon last = store.last();
    if (last == null) {
      return new State(1, Snapshot.NOTHING, base, null);
    }
    if (base > last.base() || last.positions() != null) {
      return new State(last.id() + 1, Snapshot.NOTHING, base, null);
    }
    return new State(last.id() + 1, last.until(), base, last.unfinished() ? last : null);
  }

  private boolean addNew(State at) {
    Snapshot now = reader.now();
    if (now.equals(nothingNewAt)) {
      return false;
    }
    HorizonStore.Sum sum = store.sum(at.since(), now, at.base(), HorizonStore.EVENTS_MAX + 1);
    if (sum.events() == 0) {
      nothingNewAt = now; // the stored one stays: see the relay
      return false;
    }
    if (sum.events() > HorizonStore.EVENTS_MAX) {
      boolean all = at.since().equals(Snapshot.NOTHING);
      long first = all ? at.base() + 1 : reader.first(at.since(), now, at.base()).orElseThrow();
      return addParts(at, at.since(), now, first - 1);
    }
    Horizon next =
        new Horizon(
            at.next(),
            at.since(),
            now,
            at.base(),
            sum.first(),
            sum.last(),
            (int) sum.events(),
            false,
            false,
            null);
    store.add(List.of(next), epoch);
    state = new State(at.next() + 1, now, at.base(), null);
    return false;
  }

  private boolean addParts(State at, Snapshot since, Snapshot until, long after) {
    List<Long> positions =
        store.positions(since, until, Math.max(after, at.base()), HorizonStore.BACKLOG_MAX + 1);
    boolean more = positions.size() > HorizonStore.BACKLOG_MAX;
    List<Long> taken = more ? positions.subList(0, HorizonStore.BACKLOG_MAX) : positions;
    List<Horizon> parts = HorizonStore.parts(at.next(), since, until, at.base(), taken, more);
    store.add(parts, epoch);
    state = new State(at.next() + parts.size(), until, at.base(), more ? parts.getLast() : null);
    return true;
  }

  private void forget() {
    state = null;
    nothingNewAt = null;
  }

  private void release() {
    if (!held) {
      return;
    }
    try {
      leases.release(LEASE, node);
    } catch (DatabaseFailure e) {
      log.debug("the lease of horizons runs out by itself: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    Threads.join(thread, CLOSE_MAX);
  }
}
