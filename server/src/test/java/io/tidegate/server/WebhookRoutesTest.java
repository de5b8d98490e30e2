package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.testing.TestLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks over HTTP, in the whole program without a broker, against a real receiver. */
class WebhookRoutesTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LONG = TestLimits.PATIENCE;
  private static final String PATH = "/v1/webhooks";
  private static final String ONE = PATH + "/{id}";
  private static final String REPLAY_ALL =
      "{\"from\":\"2020-01-01T00:00:00Z\",\"deliveredToo\":true}";
  private static final AtomicInteger STATUS = new AtomicInteger(204);
  private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

  @TempDir private static Path data;
  private static TestProgram running;
  private static HttpServer receiver;

  @BeforeAll
  static void start() throws Exception {
    running = TestProgram.start(data, List.of("webhooks.allow-private=true"));
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          RECEIVED.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(STATUS.get(), -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterAll
  static void stop() {
    receiver.stop(0);
    running.close();
  }

  private static String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in";
  }

  private static String admin() {
    return running
        .tokens()
        .issue("eve", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofHours(1));
  }

  private static String program(String scope) {
    return running
        .tokens()
        .issue("team-a", Caller.Kind.SERVICE, Set.of(), Set.of(scope), Duration.ofHours(1));
  }

  private static String customer() {
    return running
        .tokens()
        .issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.wiring().apiPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", "\"webhooks-" + RECEIVED.size() + "\"");
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer = running.client().send(request.build(), BodyHandlers.ofString());
      assertThat(running.contract().violations(method, template, answer)).isEmpty();
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static JsonNode create(String body) {
    return json(send("POST", PATH, PATH, admin(), body), 201);
  }

  private static JsonNode deliveries(String id, String query) {
    String path = PATH + "/" + id + "/deliveries" + query;
    return json(send("GET", ONE + "/deliveries", path, admin(), ""), 200).path("data");
  }

  private static void place() {
    String body =
        "{\"items\":[{\"sku\":\"TG-PHN-001-BK-256\",\"quantity\":1}],\"address\":{\"name\":\"A\","
            + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";
    json(send("POST", "/v1/orders", "/v1/orders", customer(), body), 201);
  }

  private static long number(String sql) {
    return running.database().read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  @Test
  void anOrderIsPostedListedAndSentAgain() {
    STATUS.set(204);
    JsonNode made =
        create("{\"url\":\"" + url() + "\",\"types\":[\"order.*\"],\"description\":\"a shop\"}");
    String id = made.path("id").asString();
    assertThat(made.path("secret").asString()).startsWith("whsec_");
    JsonNode read = json(send("GET", ONE, PATH + "/" + id, program("webhooks"), ""), 200);
    assertThat(read.has("secret")).isFalse();
    assertThat(read.path("state").asString()).isEqualTo("active");

    place();
    await().atMost(LONG).until(() -> deliveries(id, "?state=delivered").size() == 1);
    JsonNode delivery = deliveries(id, "").get(0);
    assertThat(delivery.path("type").asString()).isEqualTo("order.placed.v1");
    String body =
        RECEIVED.stream().filter(one -> one.contains("order.placed.v1")).findFirst().orElseThrow();
    String shown =
        send("GET", "/v1/events", "/v1/events?type=order.placed.v1", program("events"), "").body();
    assertThat(shown).as("the CloudEvent as the feed shows it").contains(body);
    assertThat(delivery.path("webhookId").asString())
        .isEqualTo("evt_" + JSON.readTree(body).path("id").asString());

    String again = PATH + "/" + id + "/deliveries/" + delivery.path("id").asString();
    String template = ONE + "/deliveries/{delivery}";
    json(send("POST", template + "/replay", again + "/replay", admin(), ""), 202);
    await()
        .atMost(LONG)
        .until(() -> RECEIVED.stream().filter(one -> one.equals(body)).count() >= 2);
    json(send("GET", template, again, admin(), ""), 200);
    json(send("GET", template, PATH + "/" + id + "/deliveries/9999", admin(), ""), 404);

    json(send("POST", ONE + "/replay", PATH + "/" + id + "/replay", admin(), REPLAY_ALL), 202);
    await()
        .atMost(LONG)
        .until(() -> RECEIVED.stream().filter(one -> one.equals(body)).count() >= 3);
    JsonNode replay =
        await()
            .atMost(LONG)
            .until(
                () -> json(send("GET", ONE, PATH + "/" + id, admin(), ""), 200).path("replay"),
                one -> one.path("state").asString().equals("done"));
    assertThat(replay.path("sent").asInt()).isPositive();
    assertThat(Instant.parse(replay.path("reachedAt").asString()))
        .isEqualTo(Instant.parse(JSON.readTree(body).path("time").asString()));
    json(send("POST", ONE + "/test", PATH + "/" + id + "/test", admin(), ""), 202);
    await()
        .atMost(LONG)
        .until(() -> RECEIVED.stream().anyMatch(one -> one.contains("webhook.test.v1")));
    assertThat(
            number(
                "select count(distinct act) from staff.act where actor = 'eve' and subject ="
                    + " 'webhook "
                    + id
                    + "'"))
        .isEqualTo(4);
    assertThat(number("select count(*) from staff.act where detail::text like '%whsec_%'"))
        .isZero();
  }

  @Test
  void itIsChangedTurnedAndTakenAway() {
    String id = create("{\"url\":\"" + url() + "\"}").path("id").asString();
    String path = PATH + "/" + id;
    JsonNode changed =
        json(
            send("PATCH", ONE, path, admin(), "{\"types\":[\"refund.*\"],\"enabled\":false}"), 200);
    assertThat(changed.path("types").get(0).asString()).isEqualTo("refund.*");
    assertThat(changed.path("disabledBecause").asString()).isEqualTo("by_hand");
    assertThat(changed.path("url").asString()).isEqualTo(url());
    for (String act : List.of("/test", "/replay")) {
      String body = act.equals("/replay") ? REPLAY_ALL : "";
      JsonNode refused = json(send("POST", ONE + act, path + act, admin(), body), 409);
      assertThat(refused.path("code").asString()).isEqualTo("webhook_disabled");
    }
    JsonNode enabled = json(send("PATCH", ONE, path, admin(), "{\"enabled\":true}"), 200);
    assertThat(enabled.path("enabled").asBoolean()).isTrue();
    JsonNode rotated = json(send("POST", ONE + "/secret", path + "/secret", admin(), ""), 200);
    assertThat(rotated.path("secret").asString()).startsWith("whsec_");
    assertThat(rotated.has("oldSecretUntil")).isTrue();
    assertThat(send("DELETE", ONE, path, admin(), "").statusCode()).isEqualTo(204);
    json(send("DELETE", ONE, path, admin(), ""), 404);
    json(send("GET", ONE, path, admin(), ""), 404);
  }

  @Test
  void whatCannotBeIsRefusedWithAllThatIsWrong() {
    JsonNode bad =
        json(
            send(
                "POST",
                PATH,
                PATH,
                admin(),
                "{\"url\":\"ftp://shop.example/\",\"types\":[\"Order\"],\"more\":1}"),
            400);
    assertThat(bad.path("errors").findValuesAsString("pointer"))
        .containsExactlyInAnyOrder("/url", "/types", "/more");
    assertThat(
            json(send("POST", PATH, PATH, admin(), "{}"), 400)
                .path("errors")
                .findValuesAsString("pointer"))
        .containsExactly("/url");
    String id = create("{\"url\":\"" + url() + "\"}").path("id").asString();
    String replay = PATH + "/" + id + "/replay";
    for (String body :
        List.of(
            "{}",
            "{\"from\":\"yesterday\"}",
            "{\"from\":\"1970-01-01T00:00:00Z\"}",
            "{\"from\":\"%s\"}".formatted(Instant.now().minus(Duration.ofDays(8))),
            "{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}")) {
      json(send("POST", ONE + "/replay", replay, admin(), body), 400);
    }
    String days = "{\"from\":\"%s\"}".formatted(Instant.now().minus(Duration.ofDays(6)));
    json(send("POST", ONE + "/replay", replay, admin(), days), 202);
    String list = PATH + "/" + id + "/deliveries?state=lost";
    json(send("GET", ONE + "/deliveries", list, admin(), ""), 400);
    send("DELETE", ONE, PATH + "/" + id, admin(), "");
  }

  @Test
  void onlyAdminsAndProgramsWithTheScopeMay() {
    assertThat(send("GET", PATH, PATH, customer(), "").statusCode()).isEqualTo(403);
    assertThat(send("GET", PATH, PATH, program("events"), "").statusCode()).isEqualTo(403);
    String support =
        running
            .tokens()
            .issue("sue", Caller.Kind.STAFF, Set.of("support"), Set.of(), Duration.ofHours(1));
    assertThat(send("GET", PATH, PATH, support, "").statusCode()).isEqualTo(403);
    json(send("GET", PATH, PATH, program("webhooks"), ""), 200);
  }

  @Test
  void figuresAreTold() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + running.wiring().apiPort() + "/metrics"))
            .build();
    String metrics = running.client().send(request, BodyHandlers.ofString()).body();
    Map<String, String> wanted =
        Map.of(
            "tidegate_webhooks_waiting ", "",
            "tidegate_webhooks_late_seconds ", "",
            "tidegate_webhooks_disabled ", "",
            "tidegate_webhooks_tries_total{result=\"delivered\"}", "");
    assertThat(metrics).contains(wanted.keySet());
  }
}
