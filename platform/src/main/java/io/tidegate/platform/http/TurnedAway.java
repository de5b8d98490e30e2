package io.tidegate.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.DateTime;
import io.helidon.http.Status;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.platform.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what comes while its bound is full, from the bytes as they arrived: of a request in vain
 * nothing is made, so that a flood of them leaves processor and memory to those that are inside.
 *
 * <p>{@link Dispatcher} refuses the rest with the same answer: what is not plain, what its route
 * wants to look at first, what comes while only bounds of routes with a query are full, and
 * everything while requests are traced.
 */
final class TurnedAway {
  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] DATE = ascii("Date: ");
  private static final byte[] LENGTH = ascii("Content-Length: ");

  private final Router router;
  private final Bulkhead inFlight;
  private final Bulkhead[] bounds;
  private final int bodyBytesMax;
  private final RequestMetrics metrics;
  private final Tracer tracer;
  private final byte[] head;
  private final LongAdder refused = new LongAdder();

  /**
   * @param router has all routes already
   * @param inFlight the bound of routes that have none of their own
   * @param bodyBytesMax a longer body is another refusal
   */
  TurnedAway(
      Router router, Bulkhead inFlight, int bodyBytesMax, RequestMetrics metrics, Tracer tracer) {
    this.router = router;
    this.inFlight = inFlight;
    this.bounds = bounds(router, inFlight);
    this.bodyBytesMax = bodyBytesMax;
    this.metrics = metrics;
    this.tracer = tracer;
    this.head = head(Dispatcher.OVERLOADED.reply("", ""));
  }

  /** The bounds of ordinary requests: that of all, and routes' own which are looked at. */
  static Bulkhead[] bounds(Router router, Bulkhead inFlight) {
    Set<Bulkhead> all = new LinkedHashSet<>(List.of(inFlight));
    for (Route route : router.templates()) {
      Bulkhead own = route.bulkhead();
      if (own != null && isLookedAt(route)) {
        all.add(own);
      }
    }
    return all.toArray(Bulkhead[]::new);
  }

  /**
   * Whether a route's own bound is a reason to look at what comes. One that knows names of a query
   * is asked with them mostly, and then it is not plain; long polls are such ones, and their bound
   * is full as long as many wait: the requests of all others would be looked at in vain.
   */
  private static boolean isLookedAt(Route route) {
    return route.early() == null && route.query().isEmpty();
  }

  /** The lines that are the same each time. */
  private static byte[] head(Reply reply) {
    Status status = Status.create(reply.status());
    var text = new StringBuilder("HTTP/1.1 ");
    text.append(status.code()).append(' ').append(status.reasonPhrase());
    text.append("\r\nContent-Type: ").append(reply.contentType()).append("\r\n");
    List<String> headers = reply.headers();
    for (int i = 0; i < headers.size(); i += 2) {
      text.append(headers.get(i)).append(": ").append(headers.get(i + 1)).append("\r\n");
    }
    return ascii(text.toString());
  }

  /** Whether any bound is full; else nothing need be looked at. */
  boolean mayRefuse() {
    for (Bulkhead bound : bounds) {
      if (bound.isFull()) {
        return !tracer.isOn();
      }
    }
    return false;
  }

  /**
   * Answers the request that this piece is, where it comes in vain; false where it goes its
   * ordinary way.
   *
   * @param piece what was read where a request begins
   */
  boolean refuses(byte[] piece, DataWriter writer) {
    long startNanos = System.nanoTime();
    PlainRequest request = PlainRequest.of(piece);
    if (request == null || request.bodyBytes() > bodyBytesMax) {
      return false;
    }
    Route route = inVain(request);
    if (route == null) {
      return false;
    }
    refused.increment();
    writer.writeNow(BufferData.create(answer(request)));
    metrics.record(
        route.method(),
        route.toString(),
        Dispatcher.OVERLOADED.status(),
        System.nanoTime() - startNanos);
    return true;
  }

  /** The route whose bound turns this request away; null where it is not turned away here. */
  private @Nullable Route inVain(PlainRequest request) {
    return switch (router.match(request.method(), request.path())) {
      case Router.Match.Unknown _, Router.Match.WrongMethod _ -> null;
      case Router.Match.Found found -> {
        Route route = found.route();
        Bulkhead own = route.bulkhead();
        Bulkhead bound = own == null ? inFlight : own;
        yield route.early() == null && bound.turnsAway() ? route : null;
      }
    };
  }

  private byte[] answer(PlainRequest request) {
    String traceId = TraceContext.of(request.traceparent()).traceId();
    byte[] body = Dispatcher.OVERLOADED.reply(request.path(), traceId).body();
    byte[] date = DateTime.http1Bytes();
    byte[] length = ascii(Integer.toString(body.length));
    var answer =
        new byte
            [head.length
                + DATE.length
                + date.length
                + LENGTH.length
                + length.length
                + HEAD_END.length
                + body.length];
    int at = put(answer, 0, head);
    at = put(answer, at, DATE);
    at = put(answer, at, date);
    at = put(answer, at, LENGTH);
    at = put(answer, at, length);
    at = put(answer, at, HEAD_END);
    put(answer, at, body);
    return answer;
  }

  private static int put(byte[] into, int at, byte[] some) {
    System.arraycopy(some, 0, into, at, some.length);
    return at + some.length;
  }

  /** How many were refused here since the start. */
  long refused() {
    return refused.sum();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
