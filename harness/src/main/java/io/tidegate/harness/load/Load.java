package io.tidegate.harness.load;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What the generator is to do.
 *
 * @param connections kept alive, each with one request at a time
 * @param length how long requests are started
 * @param answerWithin an answer that takes longer makes the request's outcome unknown
 */
public record Load(
    InetSocketAddress target, int connections, Pace pace, Duration length, Duration answerWithin) {

  /** When the next request starts. */
  public sealed interface Pace {}

  /** Closed loop: when the answer to the connection's last one is there. Gives throughput. */
  public record AsAnswered() implements Pace {}

  /**
   * Open loop: at a fixed rate, whether answers come or not. Gives latencies, counted from the
   * intended start.
   */
  public record AtRate(double perSecond) implements Pace {
    public AtRate {
      if (!(perSecond > 0) || perSecond > 10_000_000) {
        throw new IllegalArgumentException(
            "a rate must be above 0 and at most 10,000,000 a second");
      }
    }
  }

  public Load {
    if (connections < 1 || connections > 65_536) {
      throw new IllegalArgumentException("connections must be 1 to 65536");
    }
  }
}
