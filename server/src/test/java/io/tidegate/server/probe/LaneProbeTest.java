package io.tidegate.server.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.server.ProgramDatabase;
import io.tidegate.server.Wiring;
import io.tidegate.server.cli.LaneProbes;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both halves of placing, beside a program that runs on the same database. */
class LaneProbeTest {

  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TG-PHN-001-BK-256\",\"quantity\":1}],\"address\":{\"name\":\"王芳\","
          + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";

  private static final int CAP = 50;

  @TempDir private static Path data;
  private static String url;
  private static Settings settings;
  private static Wiring program;
  private static Database database;

  @BeforeAll
  static void start() {
    url = ProgramDatabase.fresh();
    settings = settings("console.password=secret-of-a-test");
    program =
        Wiring.start(
            new Wiring.Ground(settings, url, "127.0.0.1:9", () -> false, "test", null), _ -> {});
    database = new Database(DatabaseSettings.of(url), Clock.system());
  }

  private static Settings settings(String set) {
    return Configuration.read(
            new Sources(data, null, Map.of(), List.of("http.port=0", set), Map.of()))
        .settings();
  }

  @AfterAll
  static void stop() {
    database.close();
    program.close();
  }

  @Test
  void theLaneIsFedInThisProcessAndEveryOrderIsARow() {
    long before = rows("ordering.orders");
    JsonNode told = feed(LaneProbes.Skew.UNIFORM, OptionalInt.empty());
    long placed = told.path("verified").path("placedWithWarmup").asLong();
    assertThat(placed).isPositive();
    assertThat(rows("ordering.orders") - before).isEqualTo(placed);
    assertThat(told.path("verified").path("ordersInDatabase").asLong()).isEqualTo(placed);
    assertThat(told.path("verified").path("eventsInLog").asLong()).isEqualTo(placed);
    assertThat(told.path("result").path("failed").asLong(-1)).isZero();
    assertThat(told.path("result").path("batchMean").asDouble()).isGreaterThan(1);
    assertThat(told.path("mode").asString()).isEqualTo("lane");
  }

  @Test
  void theNaivePathHasATransactionForEachOrder() {
    JsonNode told = feed(LaneProbes.Skew.ZIPF, OptionalInt.of(4));
    assertThat(told.path("result").path("batchMean").asDouble()).isEqualTo(1);
    assertThat(told.path("result").path("batches").asLong())
        .isEqualTo(
            told.path("result").path("placed").asLong()
                + told.path("result").path("refused").asLong());
    assertThat(told.path("settings").path("workers").asInt()).isEqualTo(4);
    assertThat(told.path("verified").path("equalsPlaced").asBoolean()).isTrue();
  }

  /** Else a capped program would be held against a lane that has no cap. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void theLaneHasTheCapThatIsSet(int naivePool) {
    OptionalInt naive = naivePool == 0 ? OptionalInt.empty() : OptionalInt.of(naivePool);
    JsonNode told = feed(settings("lane.per-second-max=" + CAP), LaneProbes.Skew.UNIFORM, naive);
    assertThat(told.path("settings").path("perSecondMax").asInt()).isEqualTo(CAP);
    assertThat(told.path("result").path("perSecond").asDouble()).isBetween(1.0, 1.2 * CAP);
  }

  @Test
  void ordersThatStoodThereBeforeAreNotCounted() {
    feed(LaneProbes.Skew.HOT, OptionalInt.empty());
    JsonNode second = feed(LaneProbes.Skew.HOT, OptionalInt.empty());
    assertThat(second.path("verified").path("ordersInDatabase").asLong())
        .isEqualTo(second.path("verified").path("placedWithWarmup").asLong());
  }

  @Test
  void theEdgeAnswersAsTheProgramDoesAndKeepsNothing() throws Exception {
    long before = rows("ordering.orders");
    Tokens tokens =
        Tokens.local(
            IdentitySettings.local("tidegate", "tidegate"),
            new DatabaseKeys(database),
            Clock.system());
    String token =
        tokens.issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    try (InputStream in = LaneProbeTest.class.getResourceAsStream("/openapi.json");
        HttpClient client = HttpClient.newHttpClient();
        EdgeProbe edge = EdgeProbe.start(settings, url, 0)) {
      OpenApiContract contract = new OpenApiContract(Objects.requireNonNull(in).readAllBytes());
      HttpResponse<String> placed = client.send(order(edge, token), BodyHandlers.ofString());
      assertThat(placed.statusCode()).isEqualTo(201);
      assertThat(contract.violations("POST", "/v1/orders", placed)).isEmpty();
      assertThat(JsonMapper.shared().readTree(placed.body()).path("state").asString())
          .isEqualTo("awaiting_payment");
      assertThat(client.send(order(edge, "nobody"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(401);
    }
    assertThat(rows("ordering.orders")).isEqualTo(before);
  }

  private static HttpRequest order(EdgeProbe edge, String token) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/v1/orders"))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "\"edge\"")
        .POST(HttpRequest.BodyPublishers.ofString(ORDER))
        .build();
  }

  private static JsonNode feed(LaneProbes.Skew skew, OptionalInt naivePool) {
    return feed(settings, skew, naivePool);
  }

  private static JsonNode feed(Settings with, LaneProbes.Skew skew, OptionalInt naivePool) {
    LaneProbes.Report report =
        LaneProbe.feed(
            with,
            url,
            new LaneProbes.Plan(
                64,
                Duration.ofSeconds(1),
                Duration.ZERO,
                new LaneProbes.Orders(500, skew, 2, 100),
                naivePool),
            _ -> {});
    assertThat(report.good()).isTrue();
    return JsonMapper.shared().readTree(report.json());
  }

  private static long rows(String table) {
    return database.read(Sql.of("select count(*) from " + table), row -> row.getLong(1)).getFirst();
  }
}
