package io.tidegate.platform.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.trace.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * The one client for calls to third parties. Every provider has its own limits and circuit, so that
 * one that hangs takes nothing from another.
 *
 * <p>Nothing is opened before the first call. Bodies are never logged.
 */
public final class Outbound implements AutoCloseable {

  private final MeterRegistry meters;
  private final Tracer tracer;
  private @Nullable OutboundClient client;
  private boolean closed;

  /** Whose calls are not traced. */
  public Outbound(MeterRegistry meters) {
    this(meters, Tracer.OFF);
  }

  public Outbound(MeterRegistry meters, Tracer tracer) {
    this.meters = meters;
    this.tracer = tracer;
  }

  /** A provider's own way out. Call it once for each provider. */
  public OutboundProvider to(OutboundSettings settings) {
    return new OutboundProvider(settings, this::client, meters, tracer);
  }

  /** Breaks off calls that are under way; they end as unknown. */
  @Override
  public synchronized void close() {
    closed = true;
    OutboundClient opened = client;
    if (opened != null) {
      opened.close();
    }
  }

  private synchronized @Nullable OutboundClient client() {
    if (closed) {
      return null;
    }
    OutboundClient opened = client;
    if (opened == null) {
      opened = new OutboundClient();
      client = opened;
    }
    return opened;
  }
}
