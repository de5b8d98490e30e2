package io.tidegate.platform.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.identity.Callers;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running HTTP server. */
public final class HttpServer implements AutoCloseable {
  /** Connections the kernel keeps until they are accepted. */
  static final int BACKLOG = 4_096;

  /** A longer set of headers is a 431. */
  static final int HEADERS_BYTES_MAX = 16_384;

  /** A longer first line, of which the URI is the most, is a 414. */
  static final int FIRST_LINE_BYTES_MAX = 4_096;

  /**
   * A connection without a request for this long is closed, at the next look, of which there are
   * four in this time. A request that was refused from its bytes ({@link WatchedConnection}) may
   * not count as one: who was last answered so may be closed a quarter of this time sooner, some 91
   * seconds after its last answer.
   */
  static final Duration IDLE_MAX = Duration.ofMinutes(2);

  private final WebServer server;
  private final Router router;
  private final Streams streams;
  private final SlowRequests slowRequests;
  private final TurnedAway turnedAway;

  private HttpServer(
      WebServer server,
      Router router,
      Streams streams,
      SlowRequests slowRequests,
      TurnedAway turnedAway) {
    this.server = server;
    this.router = router;
    this.streams = streams;
    this.slowRequests = slowRequests;
    this.turnedAway = turnedAway;
  }

  /**
   * Starts a server that takes requests when this returns.
   *
   * @throws UncheckedIOException when the address cannot be had; its message says which
   */
  public static HttpServer start(
      HttpSettings settings,
      Callers callers,
      Clock clock,
      MeterRegistry registry,
      List<Routes> routes) {
    return start(settings, callers, clock, registry, Tracer.OFF, routes);
  }

  /** The same, with its requests traced. */
  public static HttpServer start(
      HttpSettings settings,
      Callers callers,
      Clock clock,
      MeterRegistry registry,
      Tracer tracer,
      List<Routes> routes) {
    var router = new Router();
    routes.forEach(some -> some.register(router));
    InetAddress address = free(settings);
    var streams = new Streams(settings.streamsMax(), settings.heartbeat());
    var slowRequests = new SlowRequests(settings.headTimeout(), settings.bodyTimeout());
    var inFlight = new Bulkhead(settings.concurrencyMax());
    Bulkhead[] bounds = TurnedAway.bounds(router, inFlight);
    var metrics =
        new RequestMetrics(
            registry, () -> Arrays.stream(bounds).mapToInt(Bulkhead::inside).sum(), streams::size);
    var dispatcher =
        new Dispatcher(
            settings,
            router,
            callers,
            new RateLimit(settings.limitPerUser(), settings.limitWindow(), clock),
            new BodyReader(settings.bodyBytesMax(), slowRequests),
            streams,
            inFlight,
            metrics,
            tracer);
    var turnedAway = new TurnedAway(router, inFlight, settings.bodyBytesMax(), metrics, tracer);
    var connections = new WatchedConnections(http1(), slowRequests, turnedAway);
    WebServer server = helidon(settings, address, dispatcher, connections).start();
    if (!server.isRunning()) {
      slowRequests.close();
      throw taken(settings, null);
    }
    return new HttpServer(server, router, streams, slowRequests, turnedAway);
  }

  private static WebServer helidon(
      HttpSettings settings,
      InetAddress address,
      Dispatcher dispatcher,
      WatchedConnections connections) {
    return WebServer.builder()
        .address(address)
        .port(settings.port())
        .shutdownHook(false)
        .backlog(BACKLOG)
        .maxPayloadSize(settings.bodyBytesMax())
        .maxTcpConnections(settings.connectionsMax())
        .shutdownGracePeriod(settings.stopGrace())
        .idleConnectionTimeout(IDLE_MAX)
        .idleConnectionPeriod(IDLE_MAX.dividedBy(4))
        .connectionOptions(options -> options.tcpNoDelay(true))
        .directHandlers(MalformedHttp.handlers(settings.bodyBytesMax()))
        .protocolsDiscoverServices(false)
        .errorHandling(
            errors -> errors.includeEntity(true)) // so that MalformedHttp is told what it is
        .addConnectionSelector(connections)
        .routing(HttpRouting.builder().any(dispatcher::handle))
        .build();
  }

  @SuppressWarnings("removal") // until its successor comes: at level debug it would log tokens
  private static Http1Config.Builder http1() {
    return Http1Config.builder()
        .receiveLog(false)
        .sendLog(false)
        .sendKeepAliveHeader(false)
        .maxPrologueLength(FIRST_LINE_BYTES_MAX)
        .maxHeadersSize(HEADERS_BYTES_MAX);
  }

  /** Looks whether the port can be had: Helidon would log a stack trace and go on. */
  private static InetAddress free(HttpSettings settings) {
    InetAddress address;
    try {
      address = InetAddress.getByName(settings.host());
    } catch (UnknownHostException e) {
      throw new UncheckedIOException("no such address to listen on: " + settings.host(), e);
    }
    if (settings.port() != 0) {
      try (var probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(address, settings.port()));
      } catch (IOException e) {
        throw taken(settings, e);
      }
    }
    return address;
  }

  private static UncheckedIOException taken(HttpSettings settings, @Nullable IOException cause) {
    String message =
        "cannot listen on " + settings.host() + ":" + settings.port() + ": is the port in use?";
    return new UncheckedIOException(
        message, cause == null ? new IOException("the server did not start") : cause);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** How many requests were refused from their bytes alone. */
  long turnedAway() {
    return turnedAway.refused();
  }

  /** All routes it serves. */
  public List<Route> routes() {
    return router.templates();
  }

  /** Stops accepting, ends streams, lets running requests finish within the grace, and ends. */
  @Override
  public void close() {
    streams.close();
    server.stop();
    slowRequests.close();
  }
}
