package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestCollector;
import io.tidegate.platform.testing.TestCollector.Told;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Sources;
import io.tidegate.shop.reporting.LakeWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One customer's trace, from the order over its payment to the effects and the lake. */
class TracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CUSTOMERS = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CUSTOMERS + "-01";
  private static final Duration SOON = TestLimits.PATIENCE;

  /** Nobody may find these in a span. */
  private static final List<String> PERSONAL = List.of("Wang Fang", "13800138000", "Wensan Road 1");

  private static final String ORDER =
      """
      {"items":[{"sku":"TG-PHN-001-BK-256","quantity":1}],
       "address":{"name":"Wang Fang","phone":"13800138000","region":"330106","line":"Wensan Road 1"}}
      """;

  @TempDir private static Path data;
  private static TestCollector collector;
  private static TestBroker broker;
  private static HttpServer provider;
  private static Wiring wiring;
  private static ReportsWiring reports;
  private static HttpClient client;
  private static String token;

  /** The trace that the provider was told of. */
  private static final List<String> toldToProvider = new CopyOnWriteArrayList<>();

  private static List<Told> trace;

  @BeforeAll
  static void buy() throws Exception {
    collector = new TestCollector();
    broker = TestBroker.own(data.resolve("broker"), Wiring.TOPICS);
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext("/sandbox/payments", TracesTest::open);
    provider.start();
    String url = ProgramDatabase.fresh();
    wiring = Wiring.start(ground(data.resolve("api"), url), _ -> {});
    reports = ReportsWiring.start(ground(data.resolve("reports"), url), _ -> {});
    client = HttpClient.newHttpClient();
    try (Database database = new Database(DatabaseSettings.of(url), Clock.system())) {
      token =
          Tokens.local(
                  IdentitySettings.local("tidegate", "tidegate"),
                  new DatabaseKeys(database),
                  Clock.system())
              .issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    }
    untold();
    JsonNode order = post("/v1/orders", ORDER, "first", Map.of("traceparent", TRACEPARENT));
    JsonNode payment =
        post(
            "/v1/orders/" + order.path("number").asString() + "/payments",
            "{\"provider\":\"sandbox\"}",
            "pay",
            Map.of("traceparent", TRACEPARENT));
    callBack(payment);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          trace = collector.trace(TRACE);
          assertThat(consumers("order.paid.v1")).isEqualTo(hearers("order.paid.v1"));
          assertThat(consumers("order.placed.v1")).isEqualTo(hearers("order.placed.v1"));
        });
  }

  private static Wiring.Ground ground(Path folder, String url) throws IOException {
    return new Wiring.Ground(
        Configuration.read(
                new Sources(
                    Files.createDirectories(folder),
                    null,
                    Map.of(),
                    List.of(
                        "http.port=0",
                        "console.password=secret-of-a-test",
                        "rocketmq.topic-prefix=" + broker.topicPrefix(),
                        "otel.endpoint=" + collector.url(),
                        "otel.sample-ratio=0"),
                    Map.of()))
            .settings(),
        url,
        broker.namesrv(),
        broker.isUp(),
        folder.getFileName().toString(),
        URI.create("http://127.0.0.1:" + provider.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    client.close();
    reports.close();
    wiring.close();
    provider.stop(0);
    broker.close();
    collector.close();
  }

  private static void open(HttpExchange exchange) throws IOException {
    try (exchange) {
      toldToProvider.add(exchange.getRequestHeaders().getFirst("traceparent"));
      byte[] answer =
          "{\"cashierUrl\":\"http://127.0.0.1/cashier\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(201, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  /** Somebody whose trace nobody asked to be told of. */
  private static void untold() throws Exception {
    post("/v1/orders", ORDER, "untold", Map.of());
    post(
        "/v1/orders",
        ORDER,
        "not sampled",
        Map.of("traceparent", "00-" + TRACE.replace('4', '5') + "-" + CUSTOMERS + "-00"));
  }

  private static JsonNode post(String path, String body, String key, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + wiring.apiPort() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"" + key + "\"")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    return path.contains("callbacks")
        ? JsonMapper.shared().createObjectNode()
        : JsonMapper.shared().readTree(answer.body());
  }

  private static void callBack(JsonNode payment) throws Exception {
    String body =
        """
        {"type":"payment.captured","payment":"%s","merchant":"tidegate-demo","amount":%d,
         "currency":"CNY","transaction":"T1","capturedAt":"%s"}
        """
            .formatted(
                payment.path("id").asString(),
                payment.path("amount").path("amount").asLong(),
                Instant.now());
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(wiring.sandboxSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signature =
        HexFormat.of()
            .formatHex(mac.doFinal((timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
    post(
        "/v1/callbacks/sandbox",
        body,
        "callback",
        Map.of(
            "traceparent",
            TRACEPARENT,
            "Sandbox-Timestamp",
            timestamp,
            "Sandbox-Signature",
            signature));
  }

  /** Consumers that heard an event, as the trace has it. */
  private static Set<String> consumers(String type) {
    return trace.stream()
        .filter(span -> span.name().equals("process " + type))
        .map(span -> span.attributes().get("messaging.consumer.group.name"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Consumers that hear it. */
  private static Set<String> hearers(String type) {
    Set<String> names =
        wiring.services().handlers().stream()
            .filter(handler -> handler.types().contains(type))
            .map(EventHandler::name)
            .collect(Collectors.toCollection(TreeSet::new));
    names.add(LakeWriter.NAME);
    return names;
  }

  private static Told one(String name) {
    List<Told> some = trace.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(some).as(name).hasSize(1);
    return some.getFirst();
  }

  @Test
  void requestsBeginAtTheirCaller() {
    for (String route :
        List.of(
            "POST /v1/orders",
            "POST /v1/orders/{number}/payments",
            "POST /v1/callbacks/{provider}")) {
      Told request = one(route);
      assertThat(request.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
      assertThat(request.parent()).isEqualTo(CUSTOMERS);
      assertThat(request.service()).isEqualTo("tidegate");
      assertThat(request.attributes())
          .containsEntry("http.request.method", "POST")
          .containsEntry("http.route", route.substring(5));
    }
    assertThat(one("POST /v1/orders").attributes())
        .containsEntry("http.response.status_code", "201");
  }

  @Test
  void everySpanHasAParentThatIsThere() {
    Set<String> ids = trace.stream().map(Told::id).collect(Collectors.toSet());
    assertThat(trace)
        .allMatch(span -> span.parent().equals(CUSTOMERS) || ids.contains(span.parent()));
    assertThat(trace).hasSizeGreaterThan(20).noneMatch(Told::failed);
  }

  @Test
  void theLanesBatchIsNamed() {
    Told lane = one("lane place");
    assertThat(lane.parent()).isEqualTo(one("POST /v1/orders").id());
    assertThat(one("wait in lane place").parent()).isEqualTo(lane.id());
    Told batch = spanOf(lane.links().getFirst());
    assertThat(batch.name()).isEqualTo("batch of lane place");
    assertThat(batch.trace()).isNotEqualTo(TRACE);
    assertThat(batch.links()).containsExactly(lane.id());
    Told transaction =
        collector.trace(batch.trace()).stream()
            .filter(span -> span.name().equals("transaction"))
            .findFirst()
            .orElseThrow();
    assertThat(transaction.parent()).isEqualTo(batch.id());
    assertThat(collector.trace(batch.trace()))
        .anyMatch(span -> span.name().equals("commit") && span.parent().equals(transaction.id()));
  }

  private static Told spanOf(String id) {
    return await()
        .atMost(SOON)
        .until(
            () -> collector.told().stream().filter(span -> span.id().equals(id)).findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void theProviderIsToldOfTheTrace() {
    Told call = one("POST sandbox");
    assertThat(call.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(call.parent()).isEqualTo(one("POST /v1/orders/{number}/payments").id());
    assertThat(call.attributes()).containsEntry("http.response.status_code", "201");
    assertThat(toldToProvider).containsExactly("00-" + TRACE + "-" + call.id() + "-01");
  }

  @Test
  void messagesFollowFromWhatMadeThem() {
    Told callback = one("POST /v1/callbacks/{provider}");
    Told sent = one("send order.paid.v1");
    assertThat(sent.kind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
    assertThat(sent.parent()).isEqualTo(callback.id());
    for (Told heard : trace) {
      if (heard.name().equals("process order.paid.v1")) {
        assertThat(heard.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
        assertThat(heard.parent()).isEqualTo(callback.id());
        assertThat(spanOf(heard.links().getFirst()).name())
            .isEqualTo(
                "batch of consumer "
                    + Objects.requireNonNull(
                        heard.attributes().get("messaging.consumer.group.name")));
      }
    }
    assertThat(trace)
        .anyMatch(span ->
            span.service().equals("tidegate-reports")
                && span.name().equals("process order.paid.v1"));
  }

  @Test
  void nothingPersonalIsTold() {
    assertThat(collector.told())
        .allSatisfy(span ->
            assertThat(span.name() + span.attributes())
                .doesNotContain(PERSONAL)
                .doesNotContain("customer:42"));
  }

  /**
   * A batch is told after its parts, and after the events that name it; a message that comes again
   * has another batch. So what is told by now is looked at as a whole, until it fits together.
   */
  @Test
  void whoDoesNotAskIsNotTold() {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          List<Told> all = collector.told();
          Set<String> named =
              all.stream()
                  .filter(span -> span.trace().equals(TRACE))
                  .flatMap(span -> span.links().stream())
                  .collect(Collectors.toSet());
          Set<String> traces =
              all.stream()
                  .filter(span -> named.contains(span.id()))
                  .map(Told::trace)
                  .collect(Collectors.toCollection(TreeSet::new));
          traces.add(TRACE);
          assertThat(all).allMatch(span -> traces.contains(span.trace()));
        });
  }
}
