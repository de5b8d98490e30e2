package io.tidegate.server.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What the gauges say at one moment: those that {@code /metrics} shows. */
final class Figures {

  /** Some gauges look something up; all are asked at once, and who is slower is not known. */
  private static final long WAIT_MILLIS_MAX = 800;

  private final Map<Meter.Id, Double> values;

  private Figures(Map<Meter.Id, Double> values) {
    this.values = values;
  }

  /** Reads all gauges of ours and of the process. */
  static Figures read(MeterRegistry meters) {
    Map<Meter.Id, CompletableFuture<Double>> asked = new HashMap<>();
    for (Meter meter : meters.getMeters()) {
      if (meter instanceof Gauge gauge) {
        asked.put(
            gauge.getId(), CompletableFuture.supplyAsync(gauge::value, Thread::startVirtualThread));
      }
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX);
    Map<Meter.Id, Double> values = new HashMap<>();
    asked.forEach((id, value) -> values.put(id, await(value, until)));
    return new Figures(values);
  }

  private static double await(CompletableFuture<Double> value, long until) {
    try {
      return value.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException _) {
      return Double.NaN;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  /** The gauge of this name and label; not a number where there is none or nobody knows. */
  double of(String name, String... label) {
    return values.entrySet().stream()
        .filter(entry -> is(entry.getKey(), name, label))
        .mapToDouble(Map.Entry::getValue)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** All gauges of this name and label together, such as the memory of each pool. */
  double sum(String name, String... label) {
    List<Double> all = new ArrayList<>();
    values.forEach((id, value) -> {
      if (is(id, name, label)) {
        all.add(value);
      }
    });
    return all.isEmpty()
        ? Double.NaN
        : all.stream().mapToDouble(Double::doubleValue).filter(value -> value >= 0).sum();
  }

  /** The values of a label among gauges of a name. */
  List<String> labels(String name, String label) {
    TreeSet<String> found = new TreeSet<>();
    for (Meter.Id id : values.keySet()) {
      String value = id.getName().equals(name) ? id.getTag(label) : null;
      if (value != null) {
        found.add(value);
      }
    }
    return List.copyOf(found);
  }

  private static boolean is(Meter.Id id, String name, String[] label) {
    return id.getName().equals(name) && (label.length == 0 || label[1].equals(id.getTag(label[0])));
  }

  /** How often something happened until now, by meter; of timers, how many there were. */
  static Map<Meter.Id, Double> counts(MeterRegistry meters) {
    Map<Meter.Id, Double> counts = new HashMap<>();
    for (Meter meter : meters.getMeters()) {
      double count =
          switch (meter) {
            case Counter counter -> counter.count();
            case FunctionCounter counter -> counter.count();
            case Timer timer -> timer.count();
            default -> Double.NaN;
          };
      if (!Double.isNaN(count)) {
        counts.put(meter.getId(), count);
      }
    }
    return counts;
  }

  /** Those of a name with a label that fits. */
  static Predicate<Meter.Id> named(String name, String label, Predicate<String> fits) {
    return id ->
        id.getName().equals(name)
            && id.getTags().stream()
                .filter(tag -> tag.getKey().equals(label))
                .map(Tag::getValue)
                .anyMatch(fits);
  }

  /** All of a name. */
  static Predicate<Meter.Id> named(String name) {
    return id -> id.getName().equals(name);
  }

  /** A percentile of a timer, in seconds; not a number where nothing was timed. */
  static double percentile(MeterRegistry meters, String name, String lane, double percentile) {
    Timer timer = meters.find(name).tag("lane", lane).timer();
    if (timer == null || timer.count() == 0) {
      return Double.NaN;
    }
    ToDoubleFunction<io.micrometer.core.instrument.distribution.ValueAtPercentile> seconds =
        value -> value.value(TimeUnit.SECONDS);
    for (var value : timer.takeSnapshot().percentileValues()) {
      if (value.percentile() == percentile) {
        return seconds.applyAsDouble(value);
      }
    }
    return Double.NaN;
  }
}
