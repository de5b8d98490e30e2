package io.tidegate.platform.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/** {@code /metrics} in the text format of Prometheus. */
public final class MetricsRoutes implements Routes {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  public MetricsRoutes(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void register(Router router) {
    router.get(
        "/metrics",
        Access.open(),
        _ -> Reply.bytes(200, TYPE, registry.scrape(TYPE).getBytes(StandardCharsets.UTF_8)));
  }
}
