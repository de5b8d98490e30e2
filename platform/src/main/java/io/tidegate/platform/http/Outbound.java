package io.tidegate.platform.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The one client for calls to third parties. Every provider has its own limits and circuit, so that
 * one that hangs takes nothing from another.
 *
 * <p>Nothing is opened before the first call. Bodies are never logged.
 */
public final class Outbound implements AutoCloseable {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final MeterRegistry meters;
  private @Nullable HttpClient client;
  private @Nullable ExecutorService executor;
  private boolean closed;

  public Outbound(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A provider's own way out. Call it once for each provider. */
  public OutboundProvider to(OutboundSettings settings) {
    return new OutboundProvider(settings, this::client, meters);
  }

  /** Breaks off calls that are under way; they end as unknown. */
  @Override
  public synchronized void close() {
    closed = true;
    HttpClient opened = client;
    if (opened != null) {
      opened.shutdownNow();
    }
    ExecutorService running = executor;
    if (running != null) {
      running.shutdownNow();
    }
  }

  private synchronized @Nullable HttpClient client() {
    if (closed) {
      return null;
    }
    HttpClient opened = client;
    if (opened == null) {
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      opened =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_MAX)
              .followRedirects(HttpClient.Redirect.NEVER)
              .executor(threads)
              .build();
      executor = threads;
      client = opened;
    }
    return opened;
  }
}
