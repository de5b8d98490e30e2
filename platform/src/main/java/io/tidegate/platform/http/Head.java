package io.tidegate.platform.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** The first line and the headers of a request, of which nothing was checked yet. */
public final class Head {
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");

  private final ServerRequest http;
  private final Router.Match.Found match;
  private final Span span;

  Head(ServerRequest http, Router.Match.Found match, Span span) {
    this.http = http;
    this.match = match;
    this.span = span;
  }

  /** GET, HEAD, POST, PUT, DELETE. */
  public String method() {
    return http.prologue().method().text();
  }

  /**
   * A parameter of the path that is the digits of a positive number; 0 when it is not. What the
   * handler says to such a path is its affair.
   */
  public long pathNumber(String name) {
    return Request.number(value(name));
  }

  private String value(String name) {
    int at = match.route().parameterIndex(name);
    if (at < 0) {
      throw new IllegalArgumentException(match.route() + " has no parameter " + name);
    }
    return match.values().get(at);
  }

  /** The first value of a header; null when it was not sent. */
  public @Nullable String header(String name) {
    return first(HeaderNames.create(name));
  }

  /** The first Idempotency-Key as it was sent; null when it was not. */
  public @Nullable String idempotencyKey() {
    return first(IDEMPOTENCY_KEY);
  }

  private @Nullable String first(HeaderName name) {
    return http.headers().contains(name) ? http.headers().get(name).get() : null;
  }

  /** The address of the other end of the connection: the client, or a proxy before it. */
  public String peer() {
    return http.remotePeer().host();
  }

  /** This refusal as the answer to this request. */
  public Reply refuse(PreparedProblem problem) {
    TraceContext trace =
        span.isTold() ? new TraceContext(span.traceparent()) : Request.traceOf(http);
    return problem.reply(http.prologue().uriPath().rawPath(), trace.traceId());
  }
}
