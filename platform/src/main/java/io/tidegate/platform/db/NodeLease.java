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
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(8);

  /** Held a little shorter here than there. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final Leases leases;
  private final String holder;
  private final int number;
  private final Thread renewal;
  private volatile long heldUntilNanos;
  private volatile boolean closed;

  private NodeLease(Leases leases, String holder, int number, long takenNanos) {
    this.leases = leases;
    this.holder = holder;
    this.number = number;
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
    Leases leases = new Leases(database);
    for (int number = 0; number < numbers; number++) {
      long asked = System.nanoTime();
      if (leases.hold(name(number), holder, TIME).isPresent()) {
        return new NodeLease(leases, holder, number, asked);
      }
    }
    throw new IllegalStateException("all " + numbers + " node numbers are held by other processes");
  }

  public int number() {
    return number;
  }

  /** Whether nobody else can have the number now. */
  public boolean isHeld() {
    return heldUntilNanos - System.nanoTime() > 0;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(renewal);
    try {
      renewal.join(Duration.ofSeconds(1));
      leases.release(name(number), holder);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseFailure e) {
      log.debug("node number {} runs out by itself: {}", number, e.getMessage());
    }
  }

  private void renew() {
    while (!closed) {
      LockSupport.parkNanos(RENEW_EVERY.toNanos());
      if (closed) {
        return;
      }
      long asked = System.nanoTime();
      try {
        Optional<Long> epoch = leases.hold(name(number), holder, TIME);
        if (epoch.isPresent()) {
          heldUntilNanos = until(asked);
        } else {
          log.error("node number {} was taken by another process", number);
        }
      } catch (DatabaseFailure e) {
        log.warn("node number {} is not renewed: {}", number, e.getMessage());
      }
    }
  }

  private static long until(long nanos) {
    return nanos + TIME.minus(MARGIN).toNanos();
  }

  private static String name(int number) {
    return "node-" + number;
  }
}
