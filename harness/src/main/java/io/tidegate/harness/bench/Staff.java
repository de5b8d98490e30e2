package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody of the shop's staff, who prepares what a bench needs over HTTP. */
final class Staff {
  private static final Duration TOKEN_MAX = Duration.ofMinutes(1);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;
  private static final int SERVERS_FAULT = 500;
  private static final Duration ANSWER_MAX = Duration.ofMinutes(5);

  private final URI api;
  private final String token;
  private final String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private int acts;

  /** Whoever has this token. */
  Staff(URI api, String token) {
    this.api = api;
    this.token = token;
  }

  /** One who may do everything, with a token that the command line gives. */
  static Staff of(SystemUnderTest system) throws BenchFailure, InterruptedException {
    Path data =
        system
            .data()
            .orElseThrow(() -> new BenchFailure("staff's token needs --data DIR of the system"));
    String token =
        Launcher.find()
            .run(List.of("token", "--staff", "admin", "--data", data.toString()), TOKEN_MAX)
            .strip();
    return new Staff(system.api(), token);
  }

  /**
   * Takes back what stands at this path; what is not there any more need not be.
   *
   * @param within so long the answer is waited for
   */
  void delete(String path, Duration within) throws BenchFailure, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(within)
            .header("Authorization", "Bearer " + token)
            .DELETE()
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300 && answer.statusCode() != NOT_FOUND) {
        throw new BenchFailure(
            "DELETE " + path + " answers " + answer.statusCode() + ": " + answer.body());
      }
    } catch (IOException e) {
      throw new BenchFailure("DELETE " + path + ": " + e, e);
    }
  }

  /** Does something, and returns what is answered; anything but a success ends the bench. */
  JsonNode post(String path, String json) throws BenchFailure, InterruptedException {
    return post(path, json, ANSWER_MAX);
  }

  private JsonNode post(String path, String json, Duration within)
      throws BenchFailure, InterruptedException {
    return post(path, json, key(), within);
  }

  /** One that nobody has used. */
  String key() {
    return "bench-" + run + "-" + acts++;
  }

  /**
   * The same for an answer that is waited for so long only.
   *
   * @param key under which it is done once, however often it is sent
   * @throws UnknownOutcome it was done, or not, or will be
   */
  JsonNode post(String path, String json, String key, Duration within)
      throws BenchFailure, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(within)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"" + key + "\"")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      int status = answer.statusCode();
      if (status >= 300) {
        String told = "POST " + path + " answers " + status + ": " + answer.body();
        throw isUnknown(status, answer.body()) ? new UnknownOutcome(told) : new BenchFailure(told);
      }
      return JsonMapper.shared().readTree(answer.body());
    } catch (IOException | JacksonException e) {
      throw new UnknownOutcome("POST " + path + ": " + e, e);
    }
  }

  /** A server's failure, no place for it now, or the same one under way. */
  private static boolean isUnknown(int status, String body) {
    return status >= SERVERS_FAULT
        || status == TOO_MANY
        || (status == CONFLICT && body.contains("in_progress"));
  }
}
