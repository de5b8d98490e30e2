package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody of the staff who reads reports over HTTP, and asks in SQL. */
final class ReportReader implements AutoCloseable {
  /** A report has 30 s, and the gateway a little more. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  private static final String ORDERS = "select count(*) from orders where type = 'placed'";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI api;
  private final String token;
  private final Duration answerMax;

  ReportReader(URI api, String token) {
    this(api, token, ANSWER_MAX);
  }

  /**
   * @param answerMax so long each answer is waited for
   */
  ReportReader(URI api, String token, Duration answerMax) {
    this.api = api;
    this.token = token;
    this.answerMax = answerMax;
  }

  /** A report in one of its cuts. */
  record Cut(String report, String by) {
    String path(LocalDate from, LocalDate to) {
      return "/v1/admin/reports/%s?by=%s&from=%s&to=%s"
          .formatted(report, URLEncoder.encode(by, StandardCharsets.UTF_8), from, to);
    }
  }

  /** What was answered, and after which time. */
  record Answered(int status, String body, long nanos) {
    boolean isGood() {
      return status == 200;
    }

    double millis() {
      return nanos / 1e6;
    }

    JsonNode json() throws BenchFailure {
      try {
        return JsonMapper.shared().readTree(body);
      } catch (JacksonException e) {
        throw new BenchFailure("a report's answer cannot be read: " + body, e);
      }
    }
  }

  /** All reports in all cuts. */
  List<Cut> cuts() throws BenchFailure, InterruptedException {
    List<Cut> cuts = new ArrayList<>();
    Answered list = get("/v1/admin/reports");
    for (JsonNode report : list.json().path("data")) {
      for (JsonNode by : report.path("by")) {
        cuts.add(new Cut(report.path("name").asString(), by.path("name").asString()));
      }
    }
    if (!list.isGood() || cuts.isEmpty()) {
      throw new BenchFailure("there are no reports: " + list.status() + " " + list.body());
    }
    return List.copyOf(cuts);
  }

  Answered get(String path) throws BenchFailure, InterruptedException {
    return send(request(path).GET().build());
  }

  /** A question in SQL. */
  Answered ask(String sql) throws BenchFailure, InterruptedException {
    String body =
        JsonMapper.shared()
            .writeValueAsString(JsonMapper.shared().createObjectNode().put("sql", sql));
    return send(
        request("/v1/admin/reports/sql")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /**
   * How many orders the lake has, of which each has several rows but was placed once; empty where
   * the question was not answered.
   */
  Optional<Long> orders() throws BenchFailure, InterruptedException {
    Answered answer = ask(ORDERS);
    if (!answer.isGood()) {
      return Optional.empty();
    }
    JsonNode number = answer.json().at("/rows/0/0");
    return number.isNumber() ? Optional.of(number.longValue()) : Optional.empty();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api + path))
        .header("Authorization", "Bearer " + token);
  }

  private Answered send(HttpRequest request) throws BenchFailure, InterruptedException {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = WholeAnswer.to(client, request, answerMax);
      return new Answered(answer.statusCode(), answer.body(), System.nanoTime() - start);
    } catch (IOException e) {
      throw new BenchFailure(request.uri().getPath() + ": " + e, e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
