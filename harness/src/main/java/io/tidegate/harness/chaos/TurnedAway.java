package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Whoever is turned away was told to come again, and that is no failure: the same request, key
 * included, says what came of it.
 */
final class TurnedAway {
  /** A twin is under way. */
  private static final int IN_PROGRESS = 409;

  /** The same, too many requests, no place. */
  private static final Set<Integer> STATUSES = Set.of(IN_PROGRESS, 429, 503);

  private static final Duration AGAIN_EVERY = Duration.ofMillis(100);

  private TurnedAway() {}

  /** Whether its sender was told that its twin is under way, whom it has met so. */
  static boolean byItsTwin(Answer answer) {
    return answer instanceof Answer.Unknown(String _, int status) && status == IN_PROGRESS;
  }

  /** Whether its sender was told to come again. */
  static boolean is(Answer answer) {
    return answer instanceof Answer.Unknown(String _, int status) && STATUSES.contains(status);
  }

  /**
   * Sends a request again while it is turned away. Any other answer is the last, be it none.
   *
   * @param again the same request, key included
   * @param max what is turned away for longer stays so
   */
  static Answer again(Answer first, Town.Request again, Duration max) throws InterruptedException {
    long until = System.nanoTime() + max.toNanos();
    Answer answer = first;
    while (is(answer) && System.nanoTime() < until) {
      LockSupport.parkNanos(AGAIN_EVERY.toNanos());
      answer = again.send();
    }
    return answer;
  }

  /**
   * Who won a round that was one: a side that was sent again met nobody, for the other one had
   * ended by then. What came of it is settled all the same.
   *
   * @param one what the first side was answered at first
   * @param other what the second side was
   */
  static Duel.Winner met(Answer one, Answer other, Duel.Winner winner) {
    return one instanceof Answer.Unknown || other instanceof Answer.Unknown
        ? Duel.Winner.NEITHER
        : winner;
  }

  /** The same of a round whose other side is nobody's request. */
  static Duel.Winner met(Answer only, Duel.Winner winner) {
    return met(only, only, winner);
  }

  /**
   * What became of a request whose sender was turned away, which says nothing yet: the same request
   * again settles it. Another answer of unknown outcome is found, and settled too.
   *
   * @param again the same request, key included
   */
  static Answer settled(
      String what, Answer first, Town.Request again, Duration max, Duel.Findings findings)
      throws InterruptedException {
    Answer answer = first;
    if (first instanceof Answer.Unknown && !is(first)) {
      findings.add(Finding.broken(what + " is answered " + first));
    }
    long until = System.nanoTime() + max.toNanos();
    while (answer instanceof Answer.Unknown && System.nanoTime() < until) {
      LockSupport.parkNanos(AGAIN_EVERY.toNanos());
      answer = again.send();
    }
    if (answer instanceof Answer.Unknown) {
      findings.add(Finding.unsettled(what + ": " + answer));
    }
    return answer;
  }
}
