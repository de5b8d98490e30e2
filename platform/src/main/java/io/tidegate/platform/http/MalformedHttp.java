package io.tidegate.platform.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.tidegate.platform.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** Answers what never became a request, as a problem that quotes nothing but the path. */
final class MalformedHttp implements DirectHandler {
  /** What Helidon says then, and no status of its own. */
  private static final String HEADERS_TOO_LONG = "Header size exceeded";

  private final int bodyBytesMax;

  private MalformedHttp(int bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  static DirectHandlers handlers(int bodyBytesMax) {
    var handler = new MalformedHttp(bodyBytesMax);
    var builder = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      builder.addHandler(type, handler);
    }
    return builder.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType eventType,
      Status defaultStatus,
      ServerResponseHeaders responseHeaders,
      @Nullable String message) {
    Problem problem =
        switch (defaultStatus.code()) {
          case 413 -> Problem.tooLarge(bodyBytesMax);
          case 414 -> Problem.uriTooLong(HttpServer.FIRST_LINE_BYTES_MAX);
          case 500 -> Problem.internal();
          case 501 -> Problem.of(501, "not_implemented", "This transfer coding is not taken");
          case 505 -> Problem.of(505, "http_version", "Only HTTP/1.1 is spoken here");
          default ->
              HEADERS_TOO_LONG.equals(message)
                  ? Problem.headersTooLong(HttpServer.HEADERS_BYTES_MAX)
                  : Problem.invalid("This is not well-formed HTTP");
        };
    String traceId = TraceContext.fresh().traceId();
    String path = request.path();
    Reply reply =
        problem.reply(path.isEmpty() ? Problem.instanceOfNothing(traceId) : path, traceId);
    return TransportResponse.builder()
        .status(Status.create(reply.status()))
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .keepAlive(false)
        .entity(reply.body())
        .build();
  }
}
