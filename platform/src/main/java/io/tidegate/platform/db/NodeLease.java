package io.tidegate.platform.db;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a few node numbers, held by this process alone, by the database's clock.
 *
 * <p>A process that is paused past its lease holds nothing when it wakes: it knows by its own
 * monotonic time, before the database lets another take the number.
 */
public final class NodeLease implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeLease.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final Times TIMES =
      new Times(Duration.ofSeconds(30), Duration.ofSeconds(8), Duration.ofSeconds(5));

  /**
   * How long a number is held without a word.
   *
   * @param held by the database's clock
   * @param renewEvery the pause between two renewals
   * @param margin held so much shorter here than there
   */
  record Times(Duration held, Duration renewEvery, Duration margin) {}

  private final Leases leases;
  private final String holder;
  private final int number;
  private final Times times;
  private final Thread renewal;
  private volatile long heldUntilNanos;
  private volatile boolean closed;

  private NodeLease(Leases leases, String holder, int number, Times times, long takenNanos) {
    this.leases = leases;
    this.holder = holder;
    this.number = number;
    this.times = times;
    this.heldUntilNanos = until(takenNanos);
    this.renewal = Thread.ofVirtual().name("node-lease").start(this::renew);
  }

  /**
   * Takes a free number.
   *
   * @param holder a name that no other process has
   * @param numbers how many there are
   * @throws IllegalStateException when all are held
   */
  public static NodeLease take(Database database, String holder, int numbers) {
    return take(database, holder, numbers, TIMES);
  }

  static NodeLease take(Database database, String holder, int numbers, Times times) {
    Leases leases = new Leases(database);
    for (int number = 0; number < numbers; number++) {
      long asked = System.nanoTime();
      if (leases.hold(name(number), holder, times.held()).isPresent()) {
        return new NodeLease(leases, holder, number, times, asked);
      }
    }
    throw new IllegalStateException("all " + numbers + " node numbers are held by other processes");
  }

  public int number() {
    return number;
  }

  /** Whether nobody else can have the number now. */
  public boolean isHeld() {
    return !closed && heldUntilNanos - System.nanoTime() > 0;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(renewal);
    try {
      renewal.join(CLOSE_MAX);
      leases.release(name(number), holder);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseFailure e) {
      log.debug("node number {} runs out by itself: {}", number, e.getMessage());
    }
  }

  private void renew() {
    while (!closed) {
      LockSupport.parkNanos(times.renewEvery().toNanos());
      if (closed) {
        return;
      }
      long asked = System.nanoTime();
      try {
        Optional<Long> epoch = leases.hold(name(number), holder, times.held());
        if (epoch.isPresent()) {
          heldUntilNanos = until(asked);
        } else {
          heldUntilNanos = asked;
          log.error("node number {} was taken by another process", number);
        }
      } catch (DatabaseFailure e) {
        log.warn("node number {} is not renewed: {}", number, e.getMessage());
      }
    }
  }

  private long until(long nanos) {
    return nanos + times.held().minus(times.margin()).toNanos();
  }

  private static String name(int number) {
    return "node-" + number;
  }
}
