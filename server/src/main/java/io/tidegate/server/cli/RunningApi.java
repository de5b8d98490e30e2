package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The running system's API, as a member of the staff who stands at the command line. */
final class RunningApi implements AutoCloseable {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String api;
  private final String token;

  private RunningApi(String api, String token) {
    this.api = api;
    this.token = token;
  }

  /**
   * The system that runs on the configured data directory.
   *
   * @param name who acts, for the audit log
   */
  static RunningApi of(Settings settings, StaffRole role, String name) {
    Endpoints running =
        Endpoints.ofRunning(settings.data())
            .orElseThrow(() ->
                new Failure(
                    "no system runs on "
                        + settings.data()
                        + "; start one there with serve, or name the right one with --data"));
    if (settings.identity().external()) {
      throw new Failure(
          "tokens come from " + settings.identity().issuer() + ": use the API with one of them");
    }
    try (TokenMint mint = TokenMint.open(running.database(), settings.identity())) {
      return new RunningApi(running.api(), mint.staff(role, name));
    }
  }

  JsonNode get(String path) {
    return send("GET", path, "");
  }

  JsonNode post(String path, String body) {
    return send("POST", path, body);
  }

  private JsonNode send(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode json = JsonMapper.shared().readTree(answer.body());
      if (answer.statusCode() >= 400) {
        throw new Failure(words(json));
      }
      return json;
    } catch (IOException e) {
      throw new Failure("the running system does not answer: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new Failure("the running system answers with something else than JSON", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  /** What a problem says, each wrong member with it. */
  private static String words(JsonNode problem) {
    StringBuilder text = new StringBuilder(problem.path("title").asString("refused"));
    String detail = problem.path("detail").asString("");
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    for (JsonNode error : problem.path("errors")) {
      text.append("; ")
          .append(error.path("pointer").asString(""))
          .append(' ')
          .append(error.path("detail").asString(""));
    }
    return text.toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
