package io.tidegate.platform.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.event.Level;

/** Waits that double, with jitter, up to a limit; the first failure of a row is worth a warning. */
final class Backoff {

  private final Duration first;
  private final Duration max;
  private Duration wait;

  Backoff(Duration first, Duration max) {
    this.first = first;
    this.max = max;
    this.wait = Duration.ZERO;
  }

  void reset() {
    wait = Duration.ZERO;
  }

  Duration next() {
    wait = wait.isZero() ? first : wait.multipliedBy(2);
    if (wait.compareTo(max) > 0) {
      wait = max;
    }
    long half = wait.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  Level level() {
    return wait.equals(first) ? Level.WARN : Level.DEBUG;
  }
}
