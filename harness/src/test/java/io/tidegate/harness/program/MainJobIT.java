package io.tidegate.harness.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Place, pay, seven effects, delivered; then kill -9 of everything under load, twice. */
class MainJobIT {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int BUYERS = 16;
  private static final int BEFORE_A_KILL = 300;
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],\"address\":{\"name\":\"王芳\","
          + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";

  @TempDir private Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @Test
  void aPaidOrderIsDeliveredAndNothingIsLostWhenEverythingIsKilled() throws Exception {
    Path data = folder.resolve("data");
    RunningProgram program = RunningProgram.start(data, "--set", "http.limit-per-user=0");
    String token = RunningProgram.command(data, 0, "token", "--user", "42").strip();
    String number = placeAndPay(program, token);
    await().atMost(SOON).until(() -> state(program, token, number).equals("delivered"));
    assertThat(get(program.api + "/v1/orders/" + number, token).path("effects"))
        .hasSize(7)
        .allMatch(effect -> effect.path("state").asString().equals("done"));

    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    Set<String> unknown = ConcurrentHashMap.newKeySet();
    RunningProgram running = program;
    for (int round = 0; round < 2; round++) {
      loadAndKill(running, token, round, acknowledged, unknown);
      running = RunningProgram.start(data, "--set", "http.limit-per-user=0");
      settle(running, token, acknowledged, unknown);
    }
    RunningProgram last = running;
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> RunningProgram.command(data, 0, "audit", "--json"));
    assertThat(get(last.api + "/v1/orders/" + number, token).path("state").asString())
        .isEqualTo("delivered");
    last.stop();
  }

  /** Buyers order under keys of their own until everything dies under them. */
  private void loadAndKill(
      RunningProgram program,
      String token,
      int round,
      Map<String, String> acknowledged,
      Set<String> unknown)
      throws InterruptedException {
    AtomicBoolean killed = new AtomicBoolean();
    AtomicInteger placed = new AtomicInteger();
    AtomicInteger inFlight = new AtomicInteger();
    List<Thread> buyers = new ArrayList<>();
    for (int i = 0; i < BUYERS; i++) {
      int buyer = i;
      buyers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; !killed.get(); n++) {
                  String key = round + "-" + buyer + "-" + n;
                  inFlight.incrementAndGet();
                  String number = tryToPlace(program, token, key);
                  inFlight.decrementAndGet();
                  if (number == null) {
                    unknown.add(key);
                  } else {
                    acknowledged.put(key, number);
                    placed.incrementAndGet();
                  }
                }
              }));
    }
    await().atMost(SOON).until(() -> placed.get() >= BEFORE_A_KILL);
    assertThat(inFlight.get()).as("requests in flight at the kill").isPositive();
    program.killEverything();
    killed.set(true);
    for (Thread buyer : buyers) {
      buyer.join();
    }
  }

  /** What was acknowledged is there once; what was not is settled by the same key. */
  private void settle(
      RunningProgram program, String token, Map<String, String> acknowledged, Set<String> unknown) {
    for (String key : unknown) {
      String number = tryToPlace(program, token, key);
      assertThat(number).as(key).isNotNull();
      acknowledged.put(key, String.valueOf(number));
    }
    unknown.clear();
    acknowledged.forEach(
        (key, number) -> assertThat(tryToPlace(program, token, key)).isEqualTo(number));
    assertThat(new HashSet<>(acknowledged.values())).hasSize(acknowledged.size());
  }

  private String placeAndPay(RunningProgram program, String token) throws Exception {
    String number = String.valueOf(tryToPlace(program, token, "first"));
    String orders = program.api + "/v1/orders/" + number;
    HttpResponse<String> payment =
        post(orders + "/payments", token, "pay", "{\"provider\":\"sandbox\"}");
    String cashier = JSON.readTree(payment.body()).path("cashierUrl").asString();
    await().atMost(SOON).until(() -> post(cashier + "/pay", token, null, "").statusCode() == 202);
    return number;
  }

  private String state(RunningProgram program, String token, String number) throws Exception {
    return get(program.api + "/v1/orders/" + number, token).path("state").asString();
  }

  private @Nullable String tryToPlace(RunningProgram program, String token, String key) {
    try {
      HttpResponse<String> response =
          post(program.api + "/v1/orders", token, key, ORDER.formatted("TG-PHN-001-BK-256"));
      return response.statusCode() == 201
          ? JSON.readTree(response.body()).path("number").asString()
          : null;
    } catch (IOException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private JsonNode get(String url, String token) throws IOException, InterruptedException {
    HttpRequest request = request(url, token).GET().build();
    return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private HttpResponse<String> post(String url, String token, @Nullable String key, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(url, token).header("Content-Type", "application/json");
    if (key != null) {
      request.header("Idempotency-Key", '"' + key + '"');
    }
    return client.send(
        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String url, String token) {
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token);
  }
}
