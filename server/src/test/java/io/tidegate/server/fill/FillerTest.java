package io.tidegate.server.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.Wiring;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.server.audit.Auditor;
import io.tidegate.server.cli.Fills;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.SandboxClient;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.payment.StatementSource;
import io.tidegate.shop.reconciliation.ReconciliationService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A filled shop is as if the program had grown it, and goes on from there. */
class FillerTest {

  private static final Fills.Wish SETTLED = new Fills.Wish(6_000, 3, 300, 7, 0, true);

  @TempDir private Path data;

  /** What each filling was told that an earlier one had left. */
  private final List<String> found = new ArrayList<>();

  @Test
  void everyStateIsThereAndTheAuditFindsNothingBroken() {
    String url = settled();
    try (Database database = database(url)) {
      assertThat(number(database, "select count(*) from ordering.orders")).isEqualTo(6_000);
      assertThat(texts(database, "select distinct state::text from ordering.orders"))
          .contains("5", "6", "7", "8");
      assertThat(number(database, "select count(distinct user_id) from ordering.orders"))
          .isBetween(200L, 300L);
      assertThat(
              number(
                  database,
                  "select count(distinct tableoid) from ordering.orders where number > 0"))
          .isGreaterThanOrEqualTo(3);
    }
    AuditReport report = audit(url);
    // No program runs: the deadline of an order may pass between the fill and the look at it.
    assertThat(report.pending()).allMatch(words -> words.contains("deadlines to be handled"));
    assertThat(report.broken()).as(report.toTable()).isZero();
    for (String name :
        List.of(
            "S1", "S2", "S3", "S6", "O1", "O2", "O3", "O4", "O8", "M2", "M3", "M10", "P1", "P6",
            "E1", "E2", "E3", "L1")) {
      assertThat(report.invariant(name).status()).as(name).isEqualTo(Status.OK);
      assertThat(report.invariant(name).checked()).as(name).isPositive();
    }
  }

  /** A provider's book of these days has what it took, and made-up payments are none of it. */
  @Test
  void noProvidersStatementIsMissingMadeUpPayments() {
    String url = settled();
    try (Database database = database(url)) {
      NothingMoved sandbox = new NothingMoved();
      ReconciliationService service =
          new ReconciliationService(
              new ReconciliationService.Ground(
                  database,
                  Set.of(sandbox.provider()),
                  Map.of(sandbox.provider(), sandbox),
                  settings().businessZone()));
      LocalDate today = database.now().atZone(settings().businessZone()).toLocalDate();
      for (int days = 2; days >= 0; days--) {
        assertThat(service.run(sandbox.provider(), today.minusDays(days)))
            .isInstanceOf(Outcome.Applied.class);
      }
      assertThat(sandbox.asked).hasSize(3);
      assertThat(service.open()).isZero();
      assertThat(
              number(
                  database,
                  "select count(*) from payment.capture where captured_at > now() - interval '2 days'"))
          .as("there is something that could be missed")
          .isPositive();
    }
    AuditReport report = audit(url);
    assertThat(report.invariant("M11").broken()).as(report.toTable()).isZero();
  }

  /** The sandbox's statements where nobody has paid through it. */
  private static final class NothingMoved implements StatementSource {
    final List<LocalDate> asked = new ArrayList<>();

    @Override
    public String provider() {
      return SandboxClient.NAME;
    }

    @Override
    public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
      asked.add(day);
    }
  }

  @Test
  void theYoungestOrdersMayWaitForPaymentAndHaveParcelsUnderWay() {
    String url = fresh();
    fill(url, new Fills.Wish(5_000, 1, 300, 3, 0, false), _ -> false);
    try (Database database = database(url)) {
      assertThat(texts(database, "select distinct state::text from ordering.orders"))
          .contains("1", "2", "4", "5", "6", "7", "8");
      assertThat(
              number(
                  database, "select count(*) from fulfilment.shipment where state <> 'delivered'"))
          .isBetween(1L, (long) FillPlan.OPEN_ORDERS);
    }
    AuditReport report = audit(url);
    assertThat(report.broken()).as(report.toTable()).isZero();
    assertThat(report.pending())
        .allMatch(words ->
            words.contains("parcels on their way") || words.contains("deadlines to be handled"));
    assertThat(report.invariant("S6").status()).isEqualTo(Status.OK);
  }

  @Test
  void whatWasBrokenOffIsWholeAndIsGoneOnWith() {
    String url = fresh();
    Fills.Wish wish = new Fills.Wish(21_000, 2, 500, 5, 0, true);
    Fills.Report first = fill(url, wish, orders -> orders >= 5_000);
    assertThat(first.all()).isFalse();
    assertThat(first.orders()).isBetween(5_000L, 20_000L);
    AuditReport half = audit(url);
    assertThat(half.broken()).as(half.toTable()).isZero();

    Fills.Report second = fill(url, wish, _ -> false);
    assertThat(second.all()).isTrue();
    assertThat(second.before()).isEqualTo(first.orders());
    assertThat(second.before() + second.orders()).isEqualTo(21_000);
    assertThat(found).containsExactly("0 and 0", first.orders() + " and 0");
    try (Database database = database(url)) {
      assertThat(number(database, "select count(*) from ordering.orders")).isEqualTo(21_000);
      assertThat(number(database, "select count(*) from fill.run")).isEqualTo(1);
    }
    AuditReport whole = audit(url);
    assertThat(whole.broken()).as(whole.toTable()).isZero();
  }

  @Test
  void aCustomerReadsTheOrdersPageByPage() throws Exception {
    String url = settled();
    try (Database database = database(url);
        Wiring program = start(url);
        HttpClient client = HttpClient.newHttpClient()) {
      long user =
          number(
              database,
              "select user_id from ordering.orders group by 1 order by count(*) desc, 1 limit 1");
      String token = token(database, user);
      Set<String> seen = new HashSet<>();
      String path = "/v1/orders?limit=20";
      while (!path.isEmpty()) {
        JsonNode page = get(client, program, path, token);
        for (JsonNode order : page.path("data")) {
          assertThat(seen.add(order.path("number").asString())).isTrue();
        }
        String next = page.path("next").stringValue(null);
        path = next == null ? "" : "/v1/orders?limit=20&after=" + next;
      }
      assertThat(seen)
          .hasSize(
              (int)
                  number(database, "select count(*) from ordering.orders where user_id = " + user));

      String number =
          texts(
                  database,
                  "select max(number)::text from ordering.orders where state = 6 and user_id = "
                      + user)
              .iterator()
              .next();
      JsonNode order = get(client, program, "/v1/orders/" + number, token);
      assertThat(order.path("state").asString()).isEqualTo("completed");
      assertThat(order.path("effects")).hasSize(7);
      for (JsonNode effect : order.path("effects")) {
        assertThat(effect.path("state").asString()).isEqualTo("done");
      }
      JsonNode timeline = get(client, program, "/v1/orders/" + number + "/timeline", token);
      assertThat(timeline.toString()).contains("order.placed", "order.paid", "order.completed");
      JsonNode tracking = get(client, program, "/v1/orders/" + number + "/tracking", token);
      assertThat(tracking.toString()).contains("out_for_delivery");
    }
  }

  @Test
  void anOrderThatFallsDueIsClosed() {
    String url = fresh();
    fill(url, new Fills.Wish(400, 1, 100, 2, 300, true), _ -> false);
    try (Database database = database(url)) {
      assertThat(number(database, "select count(*) from ordering.orders where state = 1"))
          .isEqualTo(300);
      String row =
          "(select id from ordering.order_due where due_at > now() + interval '90 days'"
              + " order by due_at, id limit 1)";
      long due =
          number(database, "select cardinality(numbers) from ordering.order_due where id = " + row);
      database.write(
          "due-now",
          tx -> {
            tx.write(
                Sql.of(
                    "update ordering.orders o set pay_before = o.pay_before - (d.due_at - date_trunc('milliseconds', now()))"
                        + " from ordering.order_due d where d.id = "
                        + row
                        + " and o.number = any (d.numbers)"));
            tx.write(
                Sql.of(
                    "update ordering.order_due set due_at = date_trunc('milliseconds', now()) where id = "
                        + row));
            return true;
          });
      try (Wiring _ = start(url)) {
        await()
            .atMost(TestLimits.PATIENCE)
            .until(() ->
                number(database, "select count(*) from ordering.orders where state = 1")
                    == 300 - due);
      }
      AuditReport report = audit(url);
      assertThat(report.broken()).as(report.toTable()).isZero();
    }
  }

  @Test
  void noEventOfThePastIsDeliveredAndANewOneIs() {
    String url = settled();
    Heard heard = new Heard();
    try (Database database = database(url);
        TestBroker broker = TestBroker.own(data.resolve("broker"), Wiring.TOPICS)) {
      try (Messaging messaging =
          Messaging.start(
              database,
              broker.namesrv(),
              "test",
              "/tidegate",
              MessagingSettings.of(broker.topicPrefix()),
              List.of(heard))) {
        EventLog log = new EventLog(database);
        Event fresh =
            new Event(
                "order.paid.v1",
                1L << 40,
                2,
                Instant.now(),
                "",
                "{}".getBytes(StandardCharsets.UTF_8));
        database.write(
            "event",
            tx -> {
              log.append(tx, List.of(fresh));
              return true;
            });
        messaging.wake();
        await().atMost(TestLimits.PATIENCE).until(() -> !heard.keys.isEmpty());
      }
      assertThat(heard.keys).as("at least once, and nothing else").containsOnly(1L << 40);
      assertThat(
              number(
                  database, "select count(*) from messaging.log l where l.type = 'order.paid.v1'"))
          .isGreaterThan(4_000);
    }
  }

  /**
   * One and the same id on millions of rows would have the relay read the whole log at each poll.
   */
  @Test
  void theRelayStillFindsNewEventsByTheirTransactions() throws Exception {
    String url = settled();
    StringBuilder plan = new StringBuilder();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "set enable_seqscan=off; set enable_bitmapscan=off;"
              + " set plan_cache_mode=force_generic_plan");
      statement.execute(
          "prepare look(text[], bigint) as select position, data from messaging.log"
              + " where xid = any($1::text[]::xid8[]) and position > $2");
      try (ResultSet lines = statement.executeQuery("explain execute look('{}', 0)")) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
    }
    assertThat(plan.toString()).contains("log_0_xid_idx").doesNotContain("log_0_pkey");
  }

  /** The consumer of points, as far as its name goes; it only listens. */
  private static final class Heard implements EventHandler {
    final Queue<Long> keys = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "points";
    }

    @Override
    public Set<String> types() {
      return Set.of("order.paid.v1");
    }

    @Override
    public void handle(Tx tx, List<LoggedEvent> events) {
      events.forEach(event -> keys.add(event.key()));
    }
  }

  private static String fresh() {
    return TestPostgres.migratedDatabase();
  }

  /** Filled once: each test gets a copy. */
  private String settled() {
    return TestPostgres.migratedDatabase(
        "settled", made -> assertThat(fill(made, SETTLED, _ -> false).all()).isTrue());
  }

  private Fills.Report fill(String url, Fills.Wish wish, LongPredicate stopAt) {
    return Filler.run(
        settings(),
        url,
        wish,
        new Fills.Audience() {
          private volatile long orders;

          @Override
          public void says(String line) {}

          @Override
          public void finds(long past, long waiting) {
            assertThat(orders).as("nothing is written yet").isZero();
            found.add(past + " and " + waiting);
          }

          @Override
          public boolean goOn(Fills.Estimate estimate) {
            assertThat(estimate.left()).isPositive();
            assertThat(estimate.bytes()).isPositive();
            return true;
          }

          @Override
          public void filled(long now, long of) {
            orders = now;
          }

          @Override
          public boolean stopAsked() {
            return stopAt.test(orders);
          }
        });
  }

  private Settings settings() {
    return Configuration.read(
            new Sources(
                data,
                null,
                Map.of(),
                List.of("http.port=0", "console.password=secret-of-a-test"),
                Map.of()))
        .settings();
  }

  private Wiring start(String url) {
    return Wiring.start(
        new Wiring.Ground(settings(), url, "127.0.0.1:9", () -> false, "test", null), _ -> {});
  }

  private static AuditReport audit(String url) {
    return Auditor.run(url, AuditOptions.of(true, AuditOptions.CONSUMERS), _ -> {});
  }

  private static Database database(String url) {
    return new Database(DatabaseSettings.of(url).withConnections(2, 2), Clock.system());
  }

  private static long number(Database database, String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private static Set<String> texts(Database database, String sql) {
    return Set.copyOf(database.read(Sql.of(sql), row -> row.getString(1)));
  }

  private static String token(Database database, long user) {
    return Tokens.local(
            IdentitySettings.local("tidegate", "tidegate"),
            new DatabaseKeys(database),
            Clock.system())
        .issue(Long.toString(user), Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
  }

  private static JsonNode get(HttpClient client, Wiring program, String path, String token)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.apiPort() + path))
            .header("Authorization", "Bearer " + token)
            .build();
    var response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(response.body());
  }
}
