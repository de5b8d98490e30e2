package io.tidegate.server;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Route;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.server.config.Settings;
import io.tidegate.server.console.ReportsWay;
import io.tidegate.shop.reporting.ReportRoutes;
import io.tidegate.shop.reporting.SqlRoutes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way to the process of the reports: what it serves is served here too and handed on, with the
 * caller's token, which it checks itself. Few at once, so that reports never take the API's room.
 */
public final class ReportsGateway implements Routes, ReportsWay {

  private static final int CALLS_MAX = 8;
  private static final Duration START_MAX = Duration.ofSeconds(20);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(35);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final long RETRY_SECONDS = 5;

  /** Headers of an answer that the caller sees too. */
  private static final List<String> HANDED_BACK =
      List.of(
          "Content-Disposition",
          "ETag",
          "Link",
          "Retry-After",
          "Cache-Control",
          ReportRoutes.LEFT_OUT);

  /** Headers of a request that are handed on. */
  private static final List<String> HANDED_ON =
      List.of("Authorization", "Accept", "Content-Type", "Idempotency-Key");

  /** Where the process of the reports listens. */
  @FunctionalInterface
  public interface Address {
    /**
     * Where it listens; empty where there is none, or it didn't come up in time.
     *
     * @param wait how long a start may be waited for
     */
    Optional<URI> url(Duration wait);

    /** What was configured. */
    static Address of(Settings.Reports reports) {
      Optional<URI> url =
          reports.url().isEmpty() ? Optional.empty() : Optional.of(URI.create(reports.url()));
      return _ -> url;
    }
  }

  /**
   * A route of the process of the reports that others may use.
   *
   * @param query the parameters that it knows
   */
  private record Forwarded(String method, String template, Access access, List<String> query) {}

  /** Everything that is handed on; each part of the reports process adds its routes here. */
  private static final List<Forwarded> FORWARDED =
      List.of(
          new Forwarded(
              "GET", "/v1/admin/lake", Access.staff("admin", "finance", "marketing"), List.of()),
          new Forwarded("GET", "/v1/admin/reports", ReportRoutes.READERS, List.of()),
          new Forwarded(
              "GET",
              "/v1/admin/reports/{name}",
              ReportRoutes.READERS,
              List.of("from", "to", "by", "limit")),
          new Forwarded("POST", "/v1/admin/reports/sql", SqlRoutes.ANALYSTS, List.of()),
          new Forwarded("POST", "/v1/admin/reports/check", Access.staff("admin"), List.of()));

  private final Address address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_MAX)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final Bulkhead calls = new Bulkhead(CALLS_MAX);

  public ReportsGateway(Address address) {
    this.address = address;
  }

  @Override
  public void register(Router router) {
    for (Forwarded each : FORWARDED) {
      Route route =
          switch (each.method()) {
            case "GET" -> router.get(each.template(), each.access(), this::hand);
            case "POST" -> router.post(each.template(), each.access(), this::hand);
            default -> throw new IllegalStateException(each.method());
          };
      route.query(each.query().toArray(String[]::new)).bulkhead(calls);
    }
  }

  @Override
  public Answer get(String pathAndQuery, String token) {
    return ask(request(pathAndQuery).GET(), token);
  }

  @Override
  public Answer post(String path, String token, byte[] json, String accept) {
    return ask(
        request(path)
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(HttpRequest.BodyPublishers.ofByteArray(json)),
        token);
  }

  @Override
  public Optional<String> figures() {
    if (address.url(Duration.ZERO).isEmpty()) {
      return Optional.empty();
    }
    try {
      Answer answer = get("/metrics", "");
      return answer.status() == 200
          ? Optional.of(new String(answer.body(), StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (Problem _) {
      return Optional.empty();
    }
  }

  private Answer ask(HttpRequest.Builder request, String token) {
    if (!calls.enter()) {
      throw away();
    }
    try {
      HttpResponse<byte[]> response = send(request.header("Authorization", "Bearer " + token));
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body());
    } finally {
      calls.leave();
    }
  }

  private Reply hand(Request request) {
    String query = request.rawQuery();
    HttpRequest.Builder onward = request(request.path() + (query.isEmpty() ? "" : "?" + query));
    for (String name : HANDED_ON) {
      @Nullable String value = request.header(name);
      if (value != null) {
        onward.header(name, value);
      }
    }
    onward.header("traceparent", request.traceparent());
    byte[] body = request.method().equals("GET") ? new byte[0] : request.body();
    onward.method(
        request.method(),
        body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body));
    HttpResponse<byte[]> response = send(onward);
    Reply reply =
        Reply.bytes(
            response.statusCode(),
            response.headers().firstValue("Content-Type").orElse("application/octet-stream"),
            response.body());
    for (String name : HANDED_BACK) {
      response.headers().firstValue(name).ifPresent(value -> reply.header(name, value));
    }
    return reply;
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    URI base = address.url(START_MAX).orElseThrow(ReportsGateway::away);
    return HttpRequest.newBuilder(URI.create(base + pathAndQuery)).timeout(ANSWER_MAX);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw away();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away();
    }
  }

  private static Problem away() {
    return Problem.unavailable("reports_unavailable", "The reports are away", RETRY_SECONDS);
  }
}
