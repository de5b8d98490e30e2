package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RequestMetricsTest {

  @Test
  void gaugesAreReadAfterACollectionOfGarbageToo() {
    var registry = new SimpleMeterRegistry();
    var inFlight = new AtomicInteger(3);
    var streams = new AtomicInteger(2);
    var metrics = new RequestMetrics(registry, inFlight::get, streams::get);
    System.gc();
    metrics.record("GET", "GET /v1/orders", 200, 1);
    assertThat(registry.get("http.server.in.flight").gauge().value()).isEqualTo(3);
    assertThat(registry.get("http.server.streams").gauge().value()).isEqualTo(2);
  }
}
