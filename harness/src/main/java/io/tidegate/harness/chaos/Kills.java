package io.tidegate.harness.chaos;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Kills parts of a system after so many orders as the seed says, and starts again what nobody
 * supervises.
 */
final class Kills {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration BACK_MAX = Duration.ofSeconds(60);

  /** An answer that was on its way when the kill struck is here by then. */
  private static final Duration STRAGGLERS_MAX = Duration.ofMillis(200);

  /** At a slow pace there are moments with nobody at the door, and many with somebody. */
  private static final Duration MET_MAX = Duration.ofSeconds(2);

  private static final Duration MET_LOOK_EVERY = Duration.ofMillis(1);

  private static final int SESSION_TRIES_MAX = 20;

  private final List<Due> plan;
  private final Rig rig;
  private final HttpDoor door;
  private final EvidenceReader reader;
  private final Counts counts;
  private final Duel.Findings findings;
  private final Consumer<String> progress;
  private final List<Kill> done = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("kills").unstarted(this::run);
  private volatile boolean over;
  private volatile boolean gone;

  /** What is to be killed once so many orders are placed. */
  record Due(Victim victim, long orders) {}

  /**
   * One that was done.
   *
   * @param inFlight requests under way when it struck
   * @param back until an order was taken again
   */
  record Kill(Victim victim, int inFlight, Duration back) {}

  Kills(
      List<Due> plan,
      Rig rig,
      HttpDoor door,
      EvidenceReader reader,
      Counts counts,
      Duel.Findings findings,
      Consumer<String> progress) {
    this.plan = List.copyOf(plan);
    this.rig = rig;
    this.door = door;
    this.reader = reader;
    this.counts = counts;
    this.findings = findings;
    this.progress = progress;
  }

  /** Each victim in turn, each within its share of the orders. */
  static List<Due> planned(int kills, long orders, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    Victim[] victims = Victim.values();
    int first = dice.nextInt(victims.length);
    List<Due> plan = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      double within = (i + dice.nextDouble(0.2, 0.8)) / kills;
      plan.add(
          new Due(victims[(first + i) % victims.length], Math.max(1, (long) (within * orders))));
    }
    return plan;
  }

  void start() {
    thread.start();
  }

  /**
   * Returns the kills, once what was killed is back; those whose time did not come are not done.
   */
  List<Kill> stop() throws InterruptedException {
    over = true;
    thread.join();
    return List.copyOf(done);
  }

  /** Whether what was killed did not come back, as is found then: nothing is killed any more. */
  boolean gone() {
    return gone;
  }

  /** How many were done so far. */
  int soFar() {
    synchronized (done) {
      return done.size();
    }
  }

  private void run() {
    try {
      for (Due due : plan) {
        while (counts.of("placed") < due.orders()) {
          if (over) {
            return;
          }
          LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        if (!survived(due.victim())) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean survived(Victim victim) throws InterruptedException {
    try {
      kill(victim);
      return true;
    } catch (ChaosFailure e) {
      gone = true;
      findings.add(Finding.broken("a kill of " + victim.words() + ": " + e.getMessage()));
      return false;
    }
  }

  private void kill(Victim victim) throws ChaosFailure, InterruptedException {
    int met = met(door::inFlight, MET_MAX);
    int inFlight = Math.max(met, strike(victim, reader::backend, rig::kill, door::inFlight));
    long killed = System.nanoTime();
    LockSupport.parkNanos(STRAGGLERS_MAX.toNanos());
    long before = counts.of("placed");
    rig.restart(victim, BACK_MAX);
    door.moved(rig.api());
    while (counts.of("placed") == before) {
      if (System.nanoTime() - killed > BACK_MAX.toNanos()) {
        findings.add(
            Finding.broken("no order is taken " + BACK_MAX + " after a kill of " + victim.words()));
        break;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    Kill kill = new Kill(victim, inFlight, Duration.ofNanos(System.nanoTime() - killed));
    synchronized (done) {
      done.add(kill);
    }
    progress.accept(
        "killed %s, %d in flight, orders are taken %.1f s later"
            .formatted(victim.words(), inFlight, kill.back().toMillis() / 1e3));
  }

  /** Waits for somebody to be at the door: a kill that meets no request shows nothing. */
  static int met(IntSupplier inFlight, Duration max) {
    long until = System.nanoTime() + max.toNanos();
    int met = inFlight.getAsInt();
    while (met == 0 && System.nanoTime() < until) {
      LockSupport.parkNanos(MET_LOOK_EVERY.toNanos());
      met = inFlight.getAsInt();
    }
    return met;
  }

  /** Finds a session of the database. */
  @FunctionalInterface
  interface Sessions {
    /** Returns its process; 0: there is none now. */
    long any() throws SQLException;
  }

  /** Kills what it is told, and of sessions this one. */
  @FunctionalInterface
  interface Blow {
    void at(Victim victim, long session) throws ChaosFailure;
  }

  /**
   * Kills it once. A session that was there a moment ago may have ended by itself: then it is
   * another.
   *
   * @param atDoor requests under way
   * @return how many of them there were when it struck
   */
  static int strike(Victim victim, Sessions sessions, Blow blow, IntSupplier atDoor)
      throws ChaosFailure {
    if (victim != Victim.BACKEND) {
      int inFlight = atDoor.getAsInt();
      blow.at(victim, 0);
      return inFlight;
    }
    ChaosFailure last = new ChaosFailure("no session was found");
    for (int i = 0; i < SESSION_TRIES_MAX; i++) {
      try {
        long session = sessions.any();
        int inFlight = atDoor.getAsInt();
        blow.at(victim, session);
        return inFlight;
      } catch (ChaosFailure e) {
        last = e;
      } catch (SQLException e) {
        last = new ChaosFailure("no session can be found: " + e.getMessage(), e);
      }
    }
    throw last;
  }
}
