package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A team that pulls {@code /v1/events}, one request after the other. */
final class PullFollower implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
  private static final int WAIT_SECONDS = 10;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Heard heard = new Heard();
  private final URI api;
  private final String token;
  private final Thread thread;
  private String after;

  private PullFollower(URI api, String token, String after) {
    this.api = api;
    this.token = token;
    this.after = after;
    this.thread = Thread.ofPlatform().daemon().name("pull-follower").unstarted(this::run);
  }

  /** Follows what happens from now on. */
  static PullFollower start(URI api, String token) throws BenchFailure, InterruptedException {
    PullFollower follower = new PullFollower(api, token, "");
    try {
      JsonNode end = follower.get("limit=1&type=none.v1&from=2100-01-01T00:00:00Z");
      follower.after = end.path("next").asString("");
    } catch (IOException e) {
      throw new BenchFailure("the feed does not answer: " + e.getMessage(), e);
    }
    follower.thread.start();
    return follower;
  }

  Heard heard() {
    return heard;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        JsonNode page =
            get(
                "limit=1000&type=order.placed.v1&wait="
                    + WAIT_SECONDS
                    + "&after="
                    + URLEncoder.encode(after, StandardCharsets.UTF_8));
        Instant arrived = Instant.now();
        for (JsonNode event : page.path("data")) {
          heard.event(
              event.path("id").asString(""),
              Instant.parse(event.path("time").asString("")),
              arrived);
        }
        after = page.path("next").asString("");
      }
    } catch (IOException | JacksonException e) {
      System.err.println("bench: the follower stops: " + e.getMessage());
    } catch (InterruptedException _) {
      // closed
    }
  }

  private JsonNode get(String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api + "/v1/events?" + query))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException("/v1/events answers " + answer.statusCode());
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(ANSWER_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
