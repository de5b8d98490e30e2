package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.identity.Caller;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many orders at once, in the whole program, whose lane takes five a second. */
class PlacingRushTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int RUSH = 40;
  private static final String BODY =
      """
      {"items":[{"sku":"TG-PHN-001-BK-256","quantity":1}],
       "address":{"name":"王芳","phone":"13800138000","region":"330106","line":"文三路 1"}}
      """;

  @TempDir private Path data;

  @Test
  void whoFindsNoPlaceIsTurnedAwayAndWhoLooksIsNot() throws Exception {
    try (TestProgram program = TestProgram.start(data, List.of("lane.per-second-max=5"))) {
      String token =
          program
              .tokens()
              .issue("7", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
      List<CompletableFuture<HttpResponse<String>>> rush =
          IntStream.range(0, RUSH)
              .mapToObj(i ->
                  program
                      .client()
                      .sendAsync(
                          request(program, token)
                              .header("Content-Type", "application/json")
                              .header("Idempotency-Key", "rush-" + i)
                              .POST(HttpRequest.BodyPublishers.ofString(BODY))
                              .build(),
                          BodyHandlers.ofString()))
              .toList();
      await()
          .atMost(LONG)
          .until(
              () -> rush.stream().anyMatch(one -> one.isDone() && one.join().statusCode() == 503));
      HttpResponse<String> looked =
          program.client().send(request(program, token).GET().build(), BodyHandlers.ofString());
      assertThat(looked.statusCode()).isEqualTo(200);
      assertThat(rush)
          .extracting(CompletableFuture::join)
          .extracting(HttpResponse::statusCode)
          .containsOnly(201, 503)
          .contains(201, 503);
      assertThat(rush)
          .extracting(CompletableFuture::join)
          .filteredOn(answer -> answer.statusCode() == 503)
          .allSatisfy(answer -> {
            assertThat(answer.body()).contains("\"code\":\"overloaded\"");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
          });
    }
  }

  private static HttpRequest.Builder request(TestProgram program, String token) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + program.wiring().apiPort() + "/v1/orders"))
        .header("Authorization", "Bearer " + token);
  }
}
