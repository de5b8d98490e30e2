package io.tidegate.harness.load;

import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param sent requests that were started
 * @param sentInTime how many of them within the load's length: an open loop that finds no
 *     connection free goes on after it
 * @param answered requests that got a whole answer, whatever it said
 * @param failed requests whose connection ended without one
 * @param unknown requests whose answer did not come in time
 * @param cutOff how many of those had not waited for as long as an answer is waited for: the
 *     generator itself ended, with requests on their way that were started after the load's length
 * @param notSent customers who were due and whom no connection was free for, until the end
 * @param connectFailures connections that could not be made
 * @param startNanos when the load began, by {@link System#nanoTime}: its connections were there
 * @param elapsed from then to the last request's end, answered or not
 * @param longestSilence the longest time without any answer while one was due
 * @param kinds what came of each kind of request
 * @param seconds what came in each second from its start on
 * @param cpu of the generator's thread
 */
public record Tally(
    long sent,
    long sentInTime,
    long answered,
    long failed,
    long unknown,
    long cutOff,
    long notSent,
    long connectFailures,
    long startNanos,
    Duration elapsed,
    Duration longestSilence,
    List<Kind> kinds,
    List<Second> seconds,
    Duration cpu) {

  /**
   * The latencies of one kind of request, from the intended start.
   *
   * @param good of answers with a status below 400
   * @param other of other answers, and of requests that never got one
   */
  public record Kind(String name, Histogram good, Histogram other) {
    /** All of them. */
    public Histogram all() {
      Histogram all = good.copy();
      all.add(other);
      return all;
    }
  }

  /**
   * The answers that came in one second of the load.
   *
   * @param good with a status below 400
   * @param other with another
   */
  public record Second(long good, long other, long latencyMicrosMax) {}

  public Tally {
    kinds = List.copyOf(kinds);
    seconds = List.copyOf(seconds);
  }

  /** The latencies of all requests. */
  public Histogram latencyMicros() {
    Histogram all = new Histogram(Latencies.MICROS_MAX, Latencies.DIGITS);
    kinds.forEach(kind -> {
      all.add(kind.good());
      all.add(kind.other());
    });
    return all;
  }

  /** The kind of this name. */
  public Kind kind(String name) {
    return kinds.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no kind " + name));
  }
}
