package io.tidegate.platform.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Kept connections to third parties, used by blocking calls on virtual threads, with a deadline for
 * each whole call. Tries again, follows and remembers nothing by itself.
 */
final class OutboundClient implements AutoCloseable {

  static final RequestConfig DEFAULTS =
      RequestConfig.custom()
          .setRedirectsEnabled(false)
          .setAuthenticationEnabled(false)
          .setContentCompressionEnabled(false)
          .build();

  /** A head without end would be read into memory. */
  private static final Http1Config HEADS =
      Http1Config.custom().setMaxHeaderCount(200).setMaxLineLength(16_384).build();

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  /** More than all providers' own limits together. */
  private static final int CONNECTIONS_MAX = 2_048;

  /** A connection that was idle for so long is looked at before it carries a request. */
  private static final Duration TRUSTED_IDLE_MAX = Duration.ofMillis(500);

  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor deadlines;

  OutboundClient() {
    this(SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * @param names tells to which addresses connections may be made: what it says is what is dialled
   */
  OutboundClient(DnsResolver names) {
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(names)
                    .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder().http1Config(HEADS).build())
                    .setMaxConnTotal(CONNECTIONS_MAX)
                    .setMaxConnPerRoute(CONNECTIONS_MAX)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.of(CONNECT_MAX))
                            .setValidateAfterInactivity(TimeValue.of(TRUSTED_IDLE_MAX))
                            .build())
                    .build())
            .setDefaultRequestConfig(DEFAULTS)
            .evictIdleConnections(TimeValue.of(IDLE_MAX))
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .disableDefaultUserAgent()
            .build();
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("outbound-deadlines").factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  <T> T execute(HttpUriRequestBase request, HttpClientResponseHandler<T> handler)
      throws IOException {
    return client.execute(request, handler);
  }

  /**
   * Breaks a call off when its time is over: socket time-outs bound one read each, so an answer
   * that drips could last for ever.
   */
  Deadline deadline(HttpUriRequestBase request, Duration max) {
    return new Deadline(request, max);
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    deadlines.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /** The end of one call's time, unless it is closed before. */
  final class Deadline implements AutoCloseable {
    private final Future<?> end;
    private volatile boolean past;

    private Deadline(HttpUriRequestBase request, Duration max) {
      this.end =
          deadlines.schedule(
              () -> {
                past = true;
                request.cancel();
              },
              max.toMillis(),
              TimeUnit.MILLISECONDS);
    }

    boolean isPast() {
      return past;
    }

    @Override
    public void close() {
      end.cancel(false);
    }
  }
}
