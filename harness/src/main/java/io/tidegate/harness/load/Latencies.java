package io.tidegate.harness.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The latencies of a load as they come, by kind and by second. A kind has two histograms for all
 * connections, not two for each: one thread, the generator's, writes them, so that nobody waits for
 * them, and only kinds and outcomes are told apart.
 */
final class Latencies {
  static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);

  /** One in a thousand. */
  static final int DIGITS = 3;

  /** Seconds beyond a day are added to the last. */
  private static final int SECONDS_MAX = 86_400;

  private final List<Tally.Kind> kinds = new ArrayList<>();
  private final List<long[]> seconds = new ArrayList<>();
  private long startNanos;

  Latencies(List<String> names) {
    names.forEach(name ->
        kinds.add(
            new Tally.Kind(
                name, new Histogram(MICROS_MAX, DIGITS), new Histogram(MICROS_MAX, DIGITS))));
  }

  void start(long nanos) {
    startNanos = nanos;
  }

  /** An answer came. */
  void answer(int kind, boolean good, long intendedNanos, long nowNanos) {
    long micros = micros(intendedNanos, nowNanos);
    (good ? kinds.get(kind).good() : kinds.get(kind).other()).recordValue(micros);
    long[] second = second(nowNanos);
    second[good ? 0 : 1]++;
    second[2] = Math.max(second[2], micros);
  }

  /** No answer came, until now. */
  void none(int kind, long intendedNanos, long nowNanos) {
    long micros = micros(intendedNanos, nowNanos);
    kinds.get(kind).other().recordValue(micros);
    long[] second = second(nowNanos);
    second[2] = Math.max(second[2], micros);
  }

  private static long micros(long fromNanos, long toNanos) {
    return Math.min(TimeUnit.NANOSECONDS.toMicros(Math.max(0, toNanos - fromNanos)), MICROS_MAX);
  }

  private long[] second(long nanos) {
    long since = TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanos - startNanos));
    int index = (int) Math.min(since, SECONDS_MAX);
    while (seconds.size() <= index) {
      seconds.add(new long[3]);
    }
    return seconds.get(index);
  }

  List<Tally.Kind> kinds() {
    return kinds;
  }

  List<Tally.Second> seconds() {
    return seconds.stream().map(s -> new Tally.Second(s[0], s[1], s[2])).toList();
  }
}
