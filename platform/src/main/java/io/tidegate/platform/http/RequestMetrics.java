package io.tidegate.platform.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;

/** How many requests each route had, how they ended and how long they took. */
final class RequestMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private static final int STATUS_MIN = 100;
  private static final int STATUS_MAX = 599;

  private final MeterRegistry registry;
  private final Map<String, AtomicReferenceArray<Timer>> timers = new ConcurrentHashMap<>();

  RequestMetrics(MeterRegistry registry, IntSupplier inFlight, IntSupplier streams) {
    this.registry = registry;
    Gauge.builder("http.server.in.flight", inFlight, IntSupplier::getAsInt)
        .description("requests being worked on")
        .strongReference(true)
        .register(registry);
    Gauge.builder("http.server.streams", streams, IntSupplier::getAsInt)
        .description("open event streams")
        .strongReference(true)
        .register(registry);
  }

  /**
   * Records one request.
   *
   * @param route method and template, or a fixed word where there is none: never a client's text
   */
  void record(String method, String route, int status, long nanos) {
    AtomicReferenceArray<Timer> byStatus = timers.get(route);
    if (byStatus == null) {
      byStatus =
          timers.computeIfAbsent(
              route, _ -> new AtomicReferenceArray<>(STATUS_MAX - STATUS_MIN + 1));
    }
    int at = Math.clamp(status, STATUS_MIN, STATUS_MAX) - STATUS_MIN;
    Timer timer = byStatus.get(at);
    if (timer == null) {
      // Registering twice gives the same timer.
      timer = timer(method, route, status);
      byStatus.set(at, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String method, String route, int status) {
    int space = route.indexOf(' ');
    return Timer.builder("http.server.requests")
        .description("requests by route and status")
        .tag("method", method)
        .tag("route", space < 0 ? route : route.substring(space + 1))
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
