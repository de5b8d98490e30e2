package io.tidegate.server.console;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was counted in the last minutes: counters only ever say how often since the start, so every
 * few seconds it is noted what they said. What the process of the reports tells of itself is asked
 * for at the same time, so that no page waits for it.
 */
public final class RecentCounts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecentCounts.class);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final Duration KEPT = Duration.ofMinutes(15);

  /** The process of the reports is started a while after us, and takes some seconds. */
  private static final Duration ELSEWHERE_LATE = Duration.ofMinutes(1);

  private static final int SAMPLES_MAX = (int) KEPT.dividedBy(EVERY);

  private final MeterRegistry meters;
  private final Supplier<Optional<String>> elsewhere;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("recent-", 0).factory());
  private final long startedNanos = System.nanoTime();
  private volatile PrometheusText told = PrometheusText.NONE;

  private record Sample(long nanos, Map<Meter.Id, Double> counts) {}

  private RecentCounts(MeterRegistry meters, Supplier<Optional<String>> elsewhere) {
    this.meters = meters;
    this.elsewhere = elsewhere;
  }

  /**
   * Notes what is counted from now on.
   *
   * @param elsewhere what the process of the reports tells, for Prometheus
   */
  public static RecentCounts start(MeterRegistry meters, Supplier<Optional<String>> elsewhere) {
    RecentCounts counts = new RecentCounts(meters, elsewhere);
    counts.every(counts::note);
    counts.every(counts::ask);
    return counts;
  }

  private void every(Runnable work) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            log.warn("figures of the last minutes could not be taken: {}", e.toString());
          }
        };
    var _ =
        timer.scheduleWithFixedDelay(
            guarded, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Notes what the counters say now. */
  void note() {
    Sample sample = new Sample(System.nanoTime(), Figures.counts(meters));
    synchronized (samples) {
      samples.addLast(sample);
      if (samples.size() > SAMPLES_MAX) {
        samples.removeFirst();
      }
    }
  }

  private void ask() {
    told = elsewhere.get().map(PrometheusText::read).orElse(PrometheusText.NONE);
  }

  /** What the process of the reports told last; nothing while it does not run. */
  PrometheusText elsewhere() {
    return told;
  }

  /** Whether it should have told something by now, and has not. */
  boolean isElsewhereAway() {
    return !told.isThere() && System.nanoTime() - startedNanos > ELSEWHERE_LATE.toNanos();
  }

  /** How often it happened in the last time, or since the start where that is nearer. */
  double since(Duration ago, Predicate<Meter.Id> which) {
    Map<Meter.Id, Double> before = before(ago);
    return Figures.counts(meters).entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .flatMapToDouble(
            entry -> DoubleStream.of(entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)))
        .sum();
  }

  /** The oldest sample that is not older; nothing was counted where all are younger. */
  private Map<Meter.Id, Double> before(Duration ago) {
    long now = System.nanoTime();
    synchronized (samples) {
      boolean sinceStart =
          samples.isEmpty()
              || samples.size() < SAMPLES_MAX && now - samples.getFirst().nanos() < ago.toNanos();
      return sinceStart
          ? Map.of()
          : samples.stream()
              .filter(sample -> now - sample.nanos() <= ago.toNanos())
              .findFirst()
              .orElse(samples.getLast())
              .counts();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
