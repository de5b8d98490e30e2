package io.tidegate.platform.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.Callers;
import io.tidegate.platform.identity.InvalidToken;
import io.tidegate.platform.identity.IssuerUnavailable;
import io.tidegate.platform.trace.Entered;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one handler: takes every request through its checks to its route and writes the answer. */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final Header JSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
  private static final Header PROBLEM =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");
  private static final HeaderName RATE_LIMIT = HeaderNames.create("RateLimit");
  private static final String BEARER = "Bearer ";

  /** What an overloaded server asks its clients to wait. */
  static final long OVERLOAD_RETRY_SECONDS = 1;

  /** What is told to those that find no place. */
  static final PreparedProblem OVERLOADED = Problem.overloaded(OVERLOAD_RETRY_SECONDS).prepared();

  /** What a client is asked to wait while the issuer's keys cannot be had. */
  static final long ISSUER_RETRY_SECONDS = 5;

  private final Router router;
  private final Callers callers;
  private final RateLimit rateLimit;
  private final Header ratePolicy;
  private final BodyReader bodies;
  private final Streams streams;
  private final Bulkhead inFlight;
  private final long requestTimeoutNanos;
  private final RequestMetrics metrics;
  private final Tracer tracer;

  Dispatcher(
      HttpSettings settings,
      Router router,
      Callers callers,
      RateLimit rateLimit,
      BodyReader bodies,
      Streams streams,
      Bulkhead inFlight,
      RequestMetrics metrics,
      Tracer tracer) {
    this.router = router;
    this.callers = callers;
    this.rateLimit = rateLimit;
    this.ratePolicy = HeaderValues.createCached("RateLimit-Policy", rateLimit.policy());
    this.bodies = bodies;
    this.streams = streams;
    this.inFlight = inFlight;
    this.requestTimeoutNanos = settings.requestTimeout().toNanos();
    this.metrics = metrics;
    this.tracer = tracer;
  }

  void handle(ServerRequest http, ServerResponse response) {
    var exchange = new Exchange(http, response);
    Reply reply = answered(exchange);
    // A stream stays for minutes and has a bound of its own.
    if (reply.stream() != null) {
      exchange.stream(reply.stream());
    }
    if (exchange.closes(reply)) {
      // Helidon itself would wait for another request, even behind a body that was left unread.
      throw new CloseConnectionException("closed as announced");
    }
    bodies.drain(http);
  }

  private Reply answered(Exchange exchange) {
    try (Entered _ = exchange.span.enter()) {
      Reply reply = exchange.early();
      if (reply == null) {
        reply = bounded(exchange);
      } else {
        exchange.write(reply);
      }
      exchange.record();
      return reply;
    } finally {
      exchange.span.end();
    }
  }

  /** Answers a request that counts as one in flight until its answer is written. */
  private Reply bounded(Exchange exchange) {
    Route route = exchange.route;
    Bulkhead own = route == null ? null : route.bulkhead();
    Bulkhead bound = own == null ? inFlight : own;
    if (!bound.enter()) {
      Reply refused = exchange.turnedAway();
      exchange.write(refused);
      return refused;
    }
    try {
      Reply reply = exchange.answer();
      if (reply.stream() == null) {
        exchange.write(reply);
      }
      return reply;
    } finally {
      bound.leave();
    }
  }

  /** One request and its answer. */
  private final class Exchange {
    private final ServerRequest http;
    private final ServerResponse response;
    private final long startNanos = System.nanoTime();
    private final Router.Match match;
    private final @Nullable Route route;
    private final Span span;
    private @Nullable TraceContext trace;
    private @Nullable String rateLeft;
    private int status = 200;

    private Exchange(ServerRequest http, ServerResponse response) {
      this.http = http;
      this.response = response;
      this.match =
          router.match(http.prologue().method().text(), http.prologue().uriPath().rawPath());
      this.route = match instanceof Router.Match.Found found ? found.route() : null;
      this.span = tracer.isOn() ? begun() : Span.NONE;
    }

    private Span begun() {
      Route known = route;
      Span begun =
          tracer.serve(known == null ? "HTTP" : known.toString(), Request.traceparent(http));
      // Neither the path nor the query: they may hold personal data.
      begun.with("http.request.method", known == null ? "_OTHER" : known.method());
      if (known != null) {
        begun.with("http.route", known.template());
      }
      return begun;
    }

    /** What the route knows to say from the head alone; null for nothing. */
    private @Nullable Reply early() {
      if (match instanceof Router.Match.Found found) {
        Early early = found.route().early();
        if (early != null) {
          return answered(() -> early.answer(new Head(http, found, span)));
        }
      }
      return null;
    }

    private Reply answer() {
      return Objects.requireNonNull(answered(this::called));
    }

    private @Nullable Reply answered(Callable<@Nullable Reply> work) {
      try {
        return work.call();
      } catch (Problem problem) {
        return refusal(problem);
      } catch (CloseConnectionException e) {
        throw e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return refusal(Problem.overloaded(OVERLOAD_RETRY_SECONDS));
      } catch (LaneRefusal | DatabaseFailure.Transient | DatabaseFailure.CommitUnknown e) {
        // Nothing was done, or nobody knows: the same request again settles it.
        LOG.debug("put off: {} traceId={}: {}", route, trace().traceId(), e.getMessage());
        return refusal(Problem.overloaded(OVERLOAD_RETRY_SECONDS));
      } catch (Exception | StackOverflowError e) {
        // Neither the body nor the path: they may hold personal data.
        LOG.error("failed: {} traceId={}", route, trace().traceId(), e);
        return refusal(Problem.internal());
      }
    }

    private Reply called() throws Exception {
      return switch (match) {
        case Router.Match.Unknown _ -> throw Problem.notFound();
        case Router.Match.WrongMethod(String allow) -> throw Problem.methodNotAllowed(allow);
        case Router.Match.Found found -> call(found);
      };
    }

    private Reply call(Router.Match.Found found) throws Exception {
      Route known = found.route();
      Map<String, String> query = query(known);
      var request =
          new Request(http, found, query, bodies, trace(), startNanos + requestTimeoutNanos);
      if (known.access().needsCaller()) {
        Caller caller = known();
        count(caller);
        if (!known.access().allows(caller)) {
          throw Problem.forbidden();
        }
        request.caller(caller);
      } else if (known.access() instanceof Access.Open) {
        countAddress();
      }
      return known.handler().handle(request);
    }

    private Map<String, String> query(Route known) {
      String raw = http.prologue().query().rawValue();
      if (raw.isEmpty()) {
        return Map.of();
      }
      Map<String, String> pairs = UrlText.pairs(raw, Request.QUERY_PAIRS_MAX, "?");
      List<Problem.FieldError> unknown =
          pairs.keySet().stream()
              .filter(name -> !known.query().contains(name))
              .map(name -> new Problem.FieldError("?" + name, "is not known here"))
              .toList();
      if (!unknown.isEmpty()) {
        throw Problem.invalid(unknown);
      }
      return pairs;
    }

    private Caller known() {
      try {
        return authenticate();
      } catch (Problem refused) {
        countAddress(); // else tokens could be guessed without end
        throw refused;
      }
    }

    private Caller authenticate() {
      if (!http.headers().contains(HeaderNames.AUTHORIZATION)) {
        throw Problem.unauthenticated("Send a bearer token");
      }
      Header header = http.headers().get(HeaderNames.AUTHORIZATION);
      String value = header.valueCount() == 1 ? header.get() : "";
      if (!value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        throw Problem.unauthenticated("Send a bearer token");
      }
      try {
        return callers.verify(value.substring(BEARER.length()).trim());
      } catch (InvalidToken e) {
        throw Problem.invalidToken(String.valueOf(e.getMessage()));
      } catch (IssuerUnavailable e) {
        LOG.warn("{} traceId={}", e.getMessage(), trace().traceId(), e);
        throw Problem.overloaded(ISSUER_RETRY_SECONDS);
      }
    }

    private void count(Caller caller) {
      if (rateLimit.none()) {
        return;
      }
      // One issuer is accepted; its customers, staff and programs may have the same names.
      RateLimit.Left left = rateLimit.count(caller.kind() + ":" + caller.subject());
      rateLeft = "\"default\";r=" + Math.max(0, left.left()) + ";t=" + left.resetSeconds();
      if (left.left() < 0) {
        throw Problem.rateLimited(left.resetSeconds());
      }
    }

    private void countAddress() {
      if (rateLimit.none()) {
        return;
      }
      RateLimit.Left left = rateLimit.countAddress(http.remotePeer().host());
      if (left.left() < 0) {
        throw Problem.rateLimited(left.resetSeconds());
      }
    }

    private Reply refusal(Problem problem) {
      return problem.reply(http.prologue().uriPath().rawPath(), trace().traceId());
    }

    private Reply turnedAway() {
      return OVERLOADED.reply(http.prologue().uriPath().rawPath(), trace().traceId());
    }

    private TraceContext trace() {
      TraceContext known = trace;
      if (known == null) {
        known = span.isTold() ? new TraceContext(span.traceparent()) : Request.traceOf(http);
        trace = known;
      }
      return known;
    }

    private void write(Reply reply) {
      status = reply.status();
      headers(reply);
      if (keepsBodyBack()) {
        response.header(HeaderValues.CONNECTION_CLOSE);
      }
      if (http.prologue().method().text().equals("HEAD")) {
        response.header(HeaderValues.create(HeaderNames.CONTENT_LENGTH, reply.body().length));
        response.send();
      } else {
        response.send(reply.body());
      }
    }

    private void headers(Reply reply) {
      response.status(Status.create(reply.status()));
      String type = reply.contentType();
      if (type != null) {
        response.header(
            switch (type) {
              case "application/json" -> JSON;
              case "application/problem+json" -> PROBLEM;
              default -> HeaderValues.create(HeaderNames.CONTENT_TYPE, type);
            });
      }
      List<String> headers = reply.headers();
      if (rateLeft != null && !headers.contains("RateLimit")) { // a route's own says why
        response.header(ratePolicy);
        response.header(HeaderValues.create(RATE_LIMIT, rateLeft));
      }
      for (int i = 0; i < headers.size(); i += 2) {
        // Added, not set: an answer may carry several cookies.
        response.headers().add(HeaderValues.create(headers.get(i), headers.get(i + 1)));
      }
    }

    private boolean closes(Reply reply) {
      return reply.headers().contains("Connection")
          || http.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
          || keepsBodyBack();
    }

    /**
     * Whether the client waits to be asked for its body; nobody knows whether it still sends it.
     */
    private boolean keepsBodyBack() {
      return http.headers().contains(HeaderNames.EXPECT) && !http.content().consumed();
    }

    private void stream(SseHandler handler) {
      if (!streams.enter()) {
        write(refusal(Problem.overloaded(OVERLOAD_RETRY_SECONDS)));
        return;
      }
      var reply =
          Reply.sse(handler).header("Cache-Control", "no-store").header("Connection", "close");
      status = reply.status();
      headers(reply);
      boolean isOver = false;
      try (OutputStream out = response.outputStream()) {
        var stream =
            new SseStream(
                out,
                Thread.currentThread(),
                http.headers().first(HeaderNames.create("Last-Event-ID")).orElse(null));
        // The first bytes take the headers with them.
        stream.heartbeat();
        streams.run(stream, handler);
        isOver = true;
      } catch (InterruptedException | IOException e) {
        // The client has gone or the server stops: the ordinary ends of a stream.
        throw new CloseConnectionException("the stream has ended", e);
      } catch (CloseConnectionException e) {
        throw e;
      } catch (Exception e) {
        LOG.error("stream failed: {} traceId={}", route, trace().traceId(), e);
      }
      if (isOver && response instanceof RoutingResponse routed) {
        routed.commit(); // the last chunk: without it strict clients say that it broke off
      }
      throw new CloseConnectionException("the stream has ended");
    }

    private void record() {
      Route known = route;
      String method = known == null ? "other" : known.method();
      String name = known == null ? "unknown" : known.toString();
      metrics.record(method, name, status, System.nanoTime() - startNanos);
      span.with("http.response.status_code", status);
      if (status >= 500 && span.isTold()) {
        span.failed(Integer.toString(status));
      }
    }
  }
}
