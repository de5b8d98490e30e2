package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleRefusal;
import io.tidegate.shop.kernel.Outcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Dashboard and alert rules name only what a running system tells. */
class MonitoringTest {

  private static final Path ROOT = Path.of(System.getProperty("tidegate.root"));

  /** What Prometheus itself adds to every sample, or tells of its own. */
  private static final Set<String> PROMETHEUS_LABELS = Set.of("job", "instance");

  private static final Set<String> PROMETHEUS_METRICS = Set.of("up");

  /** Calls to providers and the broker are counted where they fail, too. */
  private static final String NOBODY = "127.0.0.1:9";

  @TempDir private static Path data;
  private static Wiring wiring;
  private static ReportsWiring reports;
  private static HttpClient client;
  private static ToldMetrics told;
  private static long sale;

  @BeforeAll
  static void runSomeTraffic() throws Exception {
    String url = ProgramDatabase.fresh();
    wiring = Wiring.start(ground(data.resolve("api"), url), _ -> {});
    reports = ReportsWiring.start(ground(data.resolve("reports"), url), _ -> {});
    client = HttpClient.newHttpClient();
    String token =
        Tokens.local(
                IdentitySettings.local("tidegate", "tidegate"),
                new DatabaseKeys(new Database(DatabaseSettings.of(url), Clock.system())),
                Clock.system())
            .issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    String placed =
        send(
            "/v1/orders",
            token,
            "{\"items\":[{\"sku\":\"TG-PHN-001-BK-256\",\"quantity\":1}],\"address\":{\"name\":\"A\","
                + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}");
    String number = JsonMapper.shared().readTree(placed).path("number").asString();
    assertThat(number).isNotEmpty();
    String payment =
        send("/v1/orders/" + number + "/payments", token, "{\"provider\":\"sandbox\"}");
    assertThat(payment).contains("\"provider\":\"sandbox\"");
    send("/v1/callbacks/sandbox", token, "{}");
    send("/v1/behaviour", token, "{\"events\":[{\"type\":\"searched\",\"query\":\"a\"}]}");
    sale = openSale();
    told =
        await()
            .atMost(TestLimits.PATIENCE)
            .until(
                () -> ToldMetrics.of(scrape(wiring.apiPort()) + scrape(reports.port())),
                some -> some.names().contains("tidegate_flash_sale_free"));
  }

  /** A sale whose goods are set aside. */
  private static long openSale() {
    Instant now = Instant.now();
    SaleDesk.By eve = new SaleDesk.By("eve", "");
    SaleDesk desk = wiring.services().saleDesk();
    String plan =
        """
        {"title":"a","startsAt":"%s","endsAt":"%s","payWindowMinutes":5,"items":[{
          "sku":"TG-PHN-001-BK-256","price":{"amount":1,"currency":"CNY"},"allocation":2,"perUser":1}]}
        """
            .formatted(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)));
    var planned =
        desk.plan(
            IdempotencyKey.of("test", "sales", "1"),
            Fields.of(plan.getBytes(StandardCharsets.UTF_8)),
            eve);
    long id = ((Outcome.Applied<SaleDesk.Planned, SaleRefusal>) planned).value().id();
    assertThat(desk.warm(id, eve)).isInstanceOf(Outcome.Applied.class);
    return id;
  }

  private static Wiring.Ground ground(Path folder, String url) throws Exception {
    Settings settings =
        Configuration.read(
                new Sources(
                    Files.createDirectories(folder),
                    null,
                    Map.of(),
                    List.of(
                        "http.port=0",
                        "console.password=secret-of-a-test",
                        "otel.endpoint=http://" + NOBODY),
                    Map.of()))
            .settings();
    return new Wiring.Ground(
        settings,
        url,
        NOBODY,
        () -> false,
        folder.getFileName().toString(),
        URI.create("http://" + NOBODY));
  }

  @AfterAll
  static void stop() {
    client.close();
    reports.close();
    wiring.close();
  }

  private static String send(String path, String token, String body) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + wiring.apiPort() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "\"monitoring\"")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String scrape(int port) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void everyAlertAsksForWhatThereIsAndSaysWhatToDo() throws Exception {
    JsonNode file = new YAMLMapper().readTree(ROOT.resolve("ops/prometheus/alerts.yml").toFile());
    String handbook = Files.readString(ROOT.resolve("docs/operations.md"));
    Set<String> names = new TreeSet<>();
    for (JsonNode rule : file.path("groups").path(0).path("rules")) {
      String name = rule.path("alert").asString();
      assertThat(names.add(name)).as(name).isTrue();
      assertThat(unknown(rule.path("expr").asString())).as(name).isEmpty();
      assertThat(rule.path("labels").path("severity").asString())
          .isIn("critical", "warning", "info");
      assertThat(rule.path("annotations").path("summary").asString()).as(name).isNotBlank();
      String book = rule.path("annotations").path("runbook_url").asString();
      assertThat(book).startsWith("docs/operations.md#");
      String heading = book.substring(book.indexOf('#') + 1).replace('-', ' ');
      assertThat(handbook.toLowerCase(Locale.ROOT)).contains("### " + heading + "\n");
      assertThat(handbook).as("the handbook").contains(name);
    }
    assertThat(names).hasSizeGreaterThan(20);
  }

  /** Reports are few at once by design: who comes in vain there tells nothing of orders. */
  @Test
  void whatReportsRefuseIsNoOverload() throws Exception {
    String rules = Files.readString(ROOT.resolve("ops/prometheus/alerts.yml"));
    Matcher named = Pattern.compile("status=\"503\",route!~\"([^\"]+)\"").matcher(rules);
    assertThat(named.find()).isTrue();
    Pattern left = Pattern.compile(named.group(1));
    JsonNode contract =
        JsonMapper.shared().readTree(Main.class.getResourceAsStream("/openapi.json")).path("paths");
    List<String> leftOut =
        contract.propertyNames().stream().filter(route -> left.matcher(route).matches()).toList();
    assertThat(leftOut)
        .containsExactlyInAnyOrder(
            "/v1/admin/lake",
            "/v1/admin/reports",
            "/v1/admin/reports/check",
            "/v1/admin/reports/sql",
            "/v1/admin/reports/{name}",
            "/v1/flash-sales/{id}/orders");
    assertThat(List.of("/console/reports", "/console/reports/{name}/result", "/console/sql"))
        .allMatch(route -> left.matcher(route).matches());
    assertThat(List.of("/console", "/console/orders", "/v1/orders"))
        .noneMatch(route -> left.matcher(route).matches());
  }

  @Test
  void everyPanelAsksForWhatThereIs() throws Exception {
    JsonNode file =
        JsonMapper.shared().readTree(ROOT.resolve("ops/grafana/tidegate.json").toFile());
    int asked = 0;
    for (JsonNode panel : file.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        assertThat(unknown(target.path("expr").asString()))
            .as(panel.path("title").asString())
            .isEmpty();
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(40);
  }

  @Test
  void everyPartitionedTableIsWatched() throws Exception {
    assertThat(told.labels("tidegate_partitions_missing")).containsExactly("table");
    Database database = wiring.services().foundation().database();
    PartitionTable partitions = new PartitionTable(database, new EventLog(database));
    Instant now = Instant.now();
    assertThat(partitions.tables())
        .hasSizeGreaterThan(12)
        .contains("messaging.log", "ordering.orders", "payment.attempt");
    assertThat(partitions.missing(now)).isEmpty();
    // Made three months ahead, and the log goes by positions.
    assertThat(partitions.missing(now.plus(Duration.ofDays(150))))
        .containsExactlyInAnyOrderElementsOf(
            partitions.tables().stream().filter(table -> !table.equals("messaging.log")).toList());
  }

  @Test
  void aSaleHasFiguresOfItsOwnUntilItIsOver() throws Exception {
    String figure = "tidegate_flash_sale_free{sale=\"" + sale + "\"}";
    assertThat(scrape(wiring.apiPort())).contains(figure);
    assertThat(wiring.services().saleDesk().stop(sale, new SaleDesk.By("eve", "")))
        .isInstanceOf(Outcome.Applied.class);
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() -> scrape(wiring.apiPort()), text -> !text.contains(figure));
  }

  @Test
  void whatIsNotThereIsSeen() {
    assertThat(unknown("rate(tidegate_unheard_of_total[5m]) > 0"))
        .containsExactly("tidegate_unheard_of_total");
    assertThat(unknown("sum by (colour) (tidegate_lane_queue{lane=\"place\"})"))
        .containsExactly("tidegate_lane_queue{colour}");
    assertThat(unknown("tidegate_lane_queue{shade!~\"a|b\"} and on (lane) tidegate_ready"))
        .contains("tidegate_lane_queue{shade}");
    assertThat(unknown("sum by (lane) (tidegate_lane_queue) / 2e3 > bool 1")).isEmpty();
  }

  @Test
  void namesAndLabelsAreBounded() {
    assertThat(told.labels("tidegate_lane_queue")).containsExactly("lane");
    assertThat(told.labels("tidegate_consumer_backlog")).containsExactly("consumer");
    for (String metric : told.names()) {
      assertThat(told.labels(metric))
          .as(metric)
          .doesNotContain("user", "order", "number", "sku", "trace", "address");
    }
  }

  /** Metrics and labels of a query that nobody tells. */
  private static List<String> unknown(String query) {
    List<String> unknown = new ArrayList<>();
    for (PromQuery.Asked asked : PromQuery.of(query).asked()) {
      if (PROMETHEUS_METRICS.contains(asked.metric())) {
        continue;
      }
      if (!told.names().contains(asked.metric())) {
        unknown.add(asked.metric());
        continue;
      }
      asked.labels().stream()
          .filter(label -> !PROMETHEUS_LABELS.contains(label))
          .filter(label -> !told.labels(asked.metric()).contains(label))
          .forEach(label -> unknown.add(asked.metric() + "{" + label + "}"));
    }
    return unknown;
  }
}
