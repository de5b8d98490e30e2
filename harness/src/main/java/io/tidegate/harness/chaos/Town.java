package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * What many lives share: the shop's door, places for those who are at it, and where counts and
 * findings go. Whoever has a place may send; whoever rests gives it up meanwhile.
 */
final class Town {
  /** A request that is not answered for so long is unsettled; longer than any restart. */
  private static final Duration ANSWER_MAX = Duration.ofMinutes(3);

  private static final Duration AGAIN_FIRST = Duration.ofMillis(50);
  private static final Duration AGAIN_MAX = Duration.ofSeconds(1);

  private final HttpDoor door;
  private final Semaphore places;
  private final Counts counts;
  private final Duel.Findings findings;

  /** A request that may be sent again: it carries its key, or changes nothing. */
  @FunctionalInterface
  interface Request {
    Answer send() throws InterruptedException;
  }

  /**
   * @param places how many may be at the door at once
   */
  Town(HttpDoor door, int places, Counts counts, Duel.Findings findings) {
    this.door = door;
    this.places = new Semaphore(places);
    this.counts = counts;
    this.findings = findings;
  }

  HttpDoor door() {
    return door;
  }

  Counts counts() {
    return counts;
  }

  void found(Finding finding) {
    findings.add(finding);
  }

  void enter() throws InterruptedException {
    places.acquire();
  }

  void leave() {
    places.release();
  }

  /** Waits without a place. */
  void rest(Duration time) throws InterruptedException {
    leave();
    try {
      LockSupport.parkNanos(time.toNanos());
    } finally {
      places.acquireUninterruptibly();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * Sends until there is an answer: what a kill, a lost connection or a 503 left unknown is asked
   * again under the same key.
   */
  Answer answered(Request request) throws InterruptedException {
    long until = System.nanoTime() + ANSWER_MAX.toNanos();
    Duration pause = AGAIN_FIRST;
    boolean unknown = false;
    while (true) {
      Answer answer = request.send();
      if (!(answer instanceof Answer.Unknown)) {
        if (unknown) {
          counts.add("unknown settled");
        }
        return answer;
      }
      if (!unknown) {
        unknown = true;
        counts.add("unknown");
      }
      if (System.nanoTime() > until) {
        return answer;
      }
      rest(pause);
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : twice;
    }
  }
}
