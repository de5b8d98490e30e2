package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
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
  private static final int SERVERS_FAULT = 500;
  private static final String NOTHING_WAS_DONE = "\"overloaded\"";
  static final Duration ANSWER_MAX = Duration.ofMinutes(5);

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
    try {
      HttpResponse<String> answer = WholeAnswer.once(request(path).DELETE().build(), within);
      if (answer.statusCode() >= 300 && answer.statusCode() != NOT_FOUND) {
        throw new BenchFailure(
            "DELETE " + path + " answers " + answer.statusCode() + ": " + answer.body());
      }
    } catch (IOException e) {
      throw new BenchFailure("DELETE " + path + ": " + e, e);
    }
  }

  /**
   * Reads what stands at this path.
   *
   * @param within so long the answer is waited for
   */
  JsonNode get(String path, Duration within) throws BenchFailure, InterruptedException {
    try {
      HttpResponse<String> answer = WholeAnswer.once(request(path).GET().build(), within);
      if (answer.statusCode() >= 300) {
        throw new BenchFailure(
            "GET " + path + " answers " + answer.statusCode() + ": " + answer.body());
      }
      return JsonMapper.shared().readTree(answer.body());
    } catch (IOException | JacksonException e) {
      throw new BenchFailure("GET " + path + ": " + e, e);
    }
  }

  /** Does something, and returns what is answered; anything but a success ends the bench. */
  JsonNode post(String path, String json) throws BenchFailure, InterruptedException {
    return post(path, key(), json, ANSWER_MAX);
  }

  /** A key that nobody has used. */
  synchronized String key() {
    return "bench-" + run + "-" + acts++;
  }

  /**
   * The same under a key, by which it is asked for again, and done once.
   *
   * @param within so long the answer is waited for
   * @throws UnknownOutcome it was done, or not, or will be
   */
  JsonNode post(String path, String key, String json, Duration within)
      throws BenchFailure, InterruptedException {
    return post(path, request(path).header("Idempotency-Key", '"' + key + '"'), json, within);
  }

  /**
   * The same where a request has no key, and another one would do it once more.
   *
   * @param within so long the answer is waited for
   * @throws UnknownOutcome it was done, or not, or will be
   */
  JsonNode post(String path, String json, Duration within)
      throws BenchFailure, InterruptedException {
    return post(path, request(path), json, within);
  }

  private static JsonNode post(
      String path, HttpRequest.Builder request, String json, Duration within)
      throws BenchFailure, InterruptedException {
    request
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
    try {
      HttpResponse<String> answer = WholeAnswer.once(request.build(), within);
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

  /** A server's failure, but where it says that nothing was done. */
  private static boolean isUnknown(int status, String body) {
    return status >= SERVERS_FAULT && !body.contains(NOTHING_WAS_DONE);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api + path))
        .header("Authorization", "Bearer " + token);
  }
}
