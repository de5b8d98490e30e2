package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.time.Duration;
import java.util.List;

/** Tallies that were made up. */
final class Tallies {
  private Tallies() {}

  /** Of a load that began and ended so, and had these answers. */
  static Tally of(long startNanos, Duration elapsed, List<Tally.Second> seconds) {
    return new Tally(
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        startNanos,
        elapsed,
        Duration.ZERO,
        List.of(),
        seconds,
        Duration.ZERO);
  }

  /** Of so many that were sent in time. */
  static Tally sent(long sentInTime) {
    return new Tally(
        sentInTime,
        sentInTime,
        sentInTime,
        0,
        0,
        0,
        0,
        0,
        0,
        Duration.ofSeconds(1),
        Duration.ZERO,
        List.of(),
        List.of(),
        Duration.ZERO);
  }

  /** Of requests without an answer. */
  static Tally without(long failed, long unknown, long cutOff) {
    return new Tally(
        9,
        9,
        0,
        failed,
        unknown,
        cutOff,
        0,
        0,
        0,
        Duration.ofSeconds(1),
        Duration.ZERO,
        List.of(),
        List.of(),
        Duration.ZERO);
  }

  /** The same load, with so many who found no connection. */
  static Tally withNotSent(Tally t, long notSent) {
    return new Tally(
        t.sent(),
        t.sentInTime(),
        t.answered(),
        t.failed(),
        t.unknown(),
        t.cutOff(),
        notSent,
        t.connectFailures(),
        t.startNanos(),
        t.elapsed(),
        t.longestSilence(),
        t.kinds(),
        t.seconds(),
        t.cpu());
  }
}
