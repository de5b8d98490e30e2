package io.tidegate.platform.clock;

import java.time.Duration;
import java.time.Instant;

/** The clock of a program on a machine whose own is wrong. */
public final class WrongClock {

  private WrongClock() {}

  /**
   * A clock that is not measured yet.
   *
   * @param ahead how far the machine is ahead of the true time; negative: behind it
   */
  public static Clock by(Duration ahead) {
    return new Clock(System::nanoTime, Instant.now().plus(ahead));
  }
}
