package io.tidegate.harness.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the generator is to do.
 *
 * @param targets where requests go; each customer has a connection of its own to each that it uses
 * @param connections customers at a time, each with one request at a time
 * @param length how long customers are begun
 * @param answerWithin an answer that takes longer makes the request's outcome unknown
 */
public record Load(
    List<InetSocketAddress> targets,
    int connections,
    Pace pace,
    Duration length,
    Duration answerWithin) {

  /** When the next customer begins. */
  public sealed interface Pace {}

  /** Closed loop: when the one before on the same slot is done. Gives throughput. */
  public record AsAnswered() implements Pace {}

  /** Closed loop, until so many customers have begun. Prepares a state. */
  public record UpTo(long customers) implements Pace {}

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
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a load needs a target");
    }
    if (connections < 1 || connections > 65_536) {
      throw new IllegalArgumentException("connections must be 1 to 65536");
    }
  }
}
