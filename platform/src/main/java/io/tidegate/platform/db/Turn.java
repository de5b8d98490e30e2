package io.tidegate.platform.db;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The turn of one process at a time, for work that takes long and writes what another one would
 * take for leftovers. It is a lease that is kept while the work goes on, so that whoever was killed
 * holds it no longer than a minute.
 */
public final class Turn {

  private static final Duration LEASE_TIME = Duration.ofMinutes(1);
  private static final Duration LEASE_BEAT = Duration.ofSeconds(15);
  private static final Duration LEASE_LOOK = Duration.ofSeconds(2);

  private final Leases leases;
  private final String name;
  private final String another;
  private final Function<String, ? extends RuntimeException> refusal;
  private final Consumer<String> progress;
  private final String holder;
  private volatile boolean lost;
  private volatile long epoch;

  /** What is done in a turn. */
  @FunctionalInterface
  public interface Work<R, E extends Exception> {
    R run() throws E;
  }

  /**
   * A turn that nobody has taken yet.
   *
   * @param name the lease's
   * @param another what is said where another process has it
   * @param refusal makes a failure of that
   */
  public Turn(
      Database database,
      String name,
      String another,
      Function<String, ? extends RuntimeException> refusal,
      Consumer<String> progress) {
    this.leases = new Leases(database);
    this.name = name;
    this.another = another;
    this.refusal = refusal;
    this.progress = progress;
    this.holder = name + "-" + UUID.randomUUID();
  }

  /** Does it while nobody else does; a refusal where another process keeps its turn. */
  public <R, E extends Exception> R alone(Work<R, E> work) throws E {
    return in(await(), work);
  }

  /**
   * Does it where nobody else has the turn just now.
   *
   * @return empty where another has
   */
  public <R, E extends Exception> Optional<R> ifFree(Work<R, E> work) throws E {
    Optional<Long> taken = leases.hold(name, holder, LEASE_TIME);
    return taken.isEmpty() ? Optional.empty() : Optional.of(in(taken.get(), work));
  }

  private <R, E extends Exception> R in(long taken, Work<R, E> work) throws E {
    epoch = taken;
    lost = false;
    ScheduledExecutorService beat =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name + "-turn").factory());
    var _ =
        beat.scheduleWithFixedDelay(
            this::keep, LEASE_BEAT.toMillis(), LEASE_BEAT.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return work.run();
    } finally {
      beat.shutdownNow();
      leases.release(name, holder);
    }
  }

  /** One that was killed can't let go: its time runs out while this waits. */
  private long await() {
    Duration waited = Duration.ZERO;
    Optional<Long> taken = leases.hold(name, holder, LEASE_TIME);
    while (taken.isEmpty()) {
      if (waited.compareTo(LEASE_TIME) > 0) {
        throw refusal.apply(another);
      }
      if (waited.isZero()) {
        progress.accept("another process has begun, or was killed; waiting for it a little");
      }
      try {
        Thread.sleep(LEASE_LOOK);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw refusal.apply("interrupted");
      }
      waited = waited.plus(LEASE_LOOK);
      taken = leases.hold(name, holder, LEASE_TIME);
    }
    return taken.get();
  }

  private void keep() {
    try {
      // Taken anew after another had it, it is lost all the same.
      lost |= leases.hold(name, holder, LEASE_TIME).filter(now -> now == epoch).isEmpty();
    } catch (RuntimeException _) { // of any kind: the beat would end in silence
      // It is tried again before its time is over; else somebody else has it, and that is seen.
    }
  }

  /** Ends the work of a process that has lost its turn. */
  public void check() {
    if (lost) {
      throw refusal.apply(another);
    }
  }

  /** The same, and nobody else gets the turn before the transaction ends. */
  public void check(Tx tx) {
    if (!Leases.isHeld(tx, name, holder, epoch)) {
      throw refusal.apply(another);
    }
  }

  /** The same in a session of its own. */
  public void check(Bulk bulk) {
    if (!Leases.isHeld(bulk, name, holder, epoch)) {
      throw refusal.apply(another);
    }
  }
}
