package io.tidegate.platform.http;

import java.time.Duration;

/**
 * The limits of a server.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param bodyBytesMax a longer body is a 413, before it is read
 * @param concurrencyMax requests in flight; one more is answered 503 at once
 * @param connectionsMax open connections; more wait unaccepted
 * @param streamsMax open event streams; one more is a 503
 * @param requestTimeout the deadline a handler is given ({@link Request#deadlineNanos})
 * @param headTimeout a first line with its headers that takes longer to arrive, from its first
 *     bytes, is a 408 and ends its connection
 * @param bodyTimeout a body that takes longer to arrive is a 408 and ends its connection
 * @param stopGrace how long running requests may take to finish when the server closes
 * @param heartbeat between two comments of an event stream
 * @param limitPerUser requests of one caller in {@code limitWindow}; 0: no limit
 * @param limitWindow the window of {@code limitPerUser}
 */
public record HttpSettings(
    String host,
    int port,
    int bodyBytesMax,
    int concurrencyMax,
    int connectionsMax,
    int streamsMax,
    Duration requestTimeout,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration stopGrace,
    Duration heartbeat,
    int limitPerUser,
    Duration limitWindow) {
  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("no port: " + port);
    }
    if (bodyBytesMax < 1 || concurrencyMax < 1 || connectionsMax < 1 || streamsMax < 0) {
      throw new IllegalArgumentException("the limits of a server must be positive");
    }
    if (limitPerUser < 0) {
      throw new IllegalArgumentException("limitPerUser must not be negative");
    }
  }

  /** The defaults, on loopback. */
  public static HttpSettings onPort(int port) {
    return new HttpSettings(
        "127.0.0.1",
        port,
        64 * 1024,
        4_096,
        16_384,
        2_048,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        Duration.ofSeconds(15),
        1_000,
        Duration.ofSeconds(10));
  }

  public HttpSettings withHost(String next) {
    return new HttpSettings(
        next,
        port,
        bodyBytesMax,
        concurrencyMax,
        connectionsMax,
        streamsMax,
        requestTimeout,
        headTimeout,
        bodyTimeout,
        stopGrace,
        heartbeat,
        limitPerUser,
        limitWindow);
  }

  public HttpSettings withConcurrencyMax(int next) {
    return new HttpSettings(
        host,
        port,
        bodyBytesMax,
        next,
        connectionsMax,
        streamsMax,
        requestTimeout,
        headTimeout,
        bodyTimeout,
        stopGrace,
        heartbeat,
        limitPerUser,
        limitWindow);
  }

  /** Another bound on the requests of one caller in {@code limitWindow}; 0: none. */
  public HttpSettings withLimitPerUser(int next) {
    return new HttpSettings(
        host,
        port,
        bodyBytesMax,
        concurrencyMax,
        connectionsMax,
        streamsMax,
        requestTimeout,
        headTimeout,
        bodyTimeout,
        stopGrace,
        heartbeat,
        next,
        limitWindow);
  }

  /** Other times: for a head and a body to arrive, for requests to end on close, of heartbeats. */
  public HttpSettings withTimes(Duration head, Duration body, Duration grace, Duration beat) {
    return new HttpSettings(
        host,
        port,
        bodyBytesMax,
        concurrencyMax,
        connectionsMax,
        streamsMax,
        requestTimeout,
        head,
        body,
        grace,
        beat,
        limitPerUser,
        limitWindow);
  }
}
