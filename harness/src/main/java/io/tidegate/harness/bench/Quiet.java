package io.tidegate.harness.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits until what loads left to the systems behind the shop is done: the next one would be
 * measured beside it. Made before all loads: what is open then is none of theirs.
 */
final class Quiet {
  /** Calls that were stalled take half a minute to end, and then the parcels go their way. */
  static final Duration MAX = Duration.ofMinutes(2);

  /** Whoever pays as fast as answers come leaves more than is done in that time. */
  static final Duration CLOSED_LOOP_MAX = Duration.ofMinutes(10);

  /** What is usually waited after faults, about. */
  static final Duration ABOUT = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofMillis(50);

  private static final String LEFT = "all well: %d %s of loads before were left beside it";
  private static final String LEFT_UNKNOWN =
      "all well: what loads before had left beside it was not told";
  private static final String UNDRAINED =
      "all well: relay and consumers still did beside it what loads before had left";

  /** What is left to whom, each with the faults that keep it there. */
  enum Kind {
    /** To warehouse, carrier and SMS. */
    DOWNSTREAM(
        "parcels and messages",
        "(select count(*) from fulfilment.shipment where next_step_at is not null)"
            + " + (select count(*) from notification.message"
            + " where state in ('recorded', 'sending', 'unknown'))"),

    /**
     * And to the payment provider, where it has told nothing of a payment yet: created, or unknown.
     * One that it has, and that nobody pays, is asked about for a day, whatever is waited.
     */
    ALL(
        "parcels, messages and payments",
        DOWNSTREAM.open
            + " + (select count(*) from payment.attempt"
            + " where ask_at is not null and state in (1, 3))");

    private final String words;
    private final String open;

    Kind(String words, String open) {
      this.words = words;
      this.open = open;
    }

    /** How much is open in the system behind this database. */
    Optional<Long> open(DatabaseFigures database) {
      return database.number("select " + open);
    }
  }

  /** A system that loads leave something to. */
  interface Work {
    /** How much of it is under way, where that is told. */
    Optional<Long> open();

    /** Waits until relay and consumers have done what was asked for; whether they have. */
    boolean drain() throws InterruptedException;

    /** Tells how far it is. */
    void say(String what);
  }

  private final Kind kind;
  private final Work work;
  private final Duration max;

  /** A system that runs may have some that waits. */
  private final long before;

  private long leftMost;
  private boolean unknown;
  private boolean undrained;

  /**
   * @param max so long it is waited for
   */
  Quiet(Kind kind, Work work, Duration max) {
    this.kind = kind;
    this.work = work;
    this.max = max;
    this.before = work.open().orElse(0L);
  }

  /** Waits until what loads have left is done: a well one would do it beside its own. */
  void settle() throws InterruptedException {
    work.say("waiting for " + kind.words);
    work.drain(); // What is paid must be a parcel before parcels are counted.
    String left = await().map(String::valueOf).orElse("unknown");
    if (!left.equals("0")) {
      work.say(kind.words + " that are waited for no longer: " + left);
    }
    undrained |= !work.drain(); // They tell of their ways, too.
  }

  /**
   * Returns how much is open still when no longer is waited, where that is told; unknown it is
   * waited for, too.
   */
  Optional<Long> await() throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long look = System.nanoTime();
      Optional<Long> left = work.open().map(n -> Math.max(0, n - before));
      long now = System.nanoTime();
      boolean nothing = left.isPresent() && left.get() == 0;
      if (nothing || now - start >= max.toNanos()) {
        leftMost = Math.max(leftMost, left.orElse(0L));
        unknown |= left.isEmpty();
        return left;
      }
      // A look must not be what the system waits for.
      TimeUnit.NANOSECONDS.sleep(Math.max(POLL.toNanos(), 4 * (now - look)));
    }
  }

  /** The most that was open still after any wait; empty where that was not told of each. */
  Optional<Long> leftMost() {
    return unknown ? Optional.empty() : Optional.of(leftMost);
  }

  /**
   * Tells the most that was left beside a well load; returns why nothing is judged where something
   * was, or nobody knows.
   */
  String hidden(Report report) {
    Optional<Long> most = leftMost();
    if (most.isEmpty()) {
      return LEFT_UNKNOWN;
    }
    report.section("downstream").put("leftBeforeAWellLoadMax", most.get());
    if (most.get() > 0) {
      return LEFT.formatted(most.get(), kind.words);
    }
    return undrained ? UNDRAINED : "";
  }
}
