package io.tidegate.platform.trace;

import java.net.URI;
import java.time.Duration;

/**
 * Who is told, of how much, and by whom.
 *
 * @param collector base of the collector's OTLP over HTTP; {@code /v1/traces} follows it
 * @param sampleRatio share of the traces that begin here which are told, 0 to 1
 * @param timeout how long the collector may take for a batch
 * @param service what the process is
 * @param instance which of them, unique
 */
public record TraceSettings(
    URI collector, double sampleRatio, Duration timeout, String service, String instance) {

  public TraceSettings {
    if (!(sampleRatio >= 0 && sampleRatio <= 1) || !timeout.isPositive()) {
      throw new IllegalArgumentException("a ratio is within 0 to 1, a timeout positive");
    }
  }
}
