package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.Auditor;
import io.tidegate.server.cli.Fills;
import io.tidegate.server.fill.Filler;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The feed and replays over HTTP, of a filled shop, in the whole program without a broker. */
class EventFeedTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LONG = TestLimits.PATIENCE;
  private static final String REPLAYS = "/v1/admin/replays";

  /** Lets it go on, and says nothing. */
  private static final class Quiet implements Fills.Audience {
    @Override
    public void says(String line) {}

    @Override
    public boolean goOn(Fills.Estimate estimate) {
      return true;
    }

    @Override
    public void filled(long orders, long of) {}

    @Override
    public boolean stopAsked() {
      return false;
    }
  }

  @TempDir private static Path data;
  private static TestProgram running;
  private static long events;

  @BeforeAll
  static void start() throws Exception {
    running = TestProgram.start(data);
    Fills.Report filled =
        Filler.run(
            running.settings(),
            running.url(),
            new Fills.Wish(1_500, 2, 100, 7, 0, true),
            new Quiet());
    assertThat(filled.all()).isTrue();
    events = number("select count(*) from messaging.log");
    await()
        .atMost(LONG)
        .until(() -> number("select coalesce(sum(events), 0) from messaging.horizon") >= events);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static long number(String sql) {
    return running.database().read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private static String admin() {
    return running
        .tokens()
        .issue("eve", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofHours(1));
  }

  private static String reader() {
    return running
        .tokens()
        .issue("team-a", Caller.Kind.SERVICE, Set.of(), Set.of("events"), Duration.ofHours(1));
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.wiring().apiPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token);
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer = running.client().send(request.build(), BodyHandlers.ofString());
      assertThat(running.contract().violations(method, template, answer)).isEmpty();
      return answer;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonNode events(String query) {
    HttpResponse<String> answer = send("GET", "/v1/events", "/v1/events" + query, reader(), "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static JsonNode replay(String path) {
    return JSON.readTree(send("GET", REPLAYS + "/{id}", path, admin(), "").body());
  }

  @Test
  void allEventsArePulledOnceInPagesAsTheirMessagesAre() {
    List<String> ids = new ArrayList<>();
    JsonNode page = events("?limit=1000");
    while (!page.path("atEnd").asBoolean()) {
      page.path("data").forEach(event -> ids.add(event.path("id").asString("")));
      page = events("?limit=1000&after=" + page.path("next").asString(""));
    }
    page.path("data").forEach(event -> ids.add(event.path("id").asString("")));
    assertThat(ids).hasSizeGreaterThanOrEqualTo((int) events).doesNotHaveDuplicates();

    JsonNode one = events("?limit=1&type=order.paid.v1").path("data").get(0);
    assertThat(one.path("specversion").asString("")).isEqualTo("1.0");
    assertThat(one.path("source").asString("")).isEqualTo("/tidegate");
    assertThat(one.path("subject").asString(""))
        .isEqualTo(one.path("partitionkey").asString("?"))
        .isEqualTo(one.path("data").path("number").asString("??"));
    assertThat(one.path("sequence").asString("")).hasSize(10);
    Set<String> types = new HashSet<>();
    events("?limit=1000&type=shipment.*,order.completed.v1")
        .path("data")
        .forEach(event -> types.add(event.path("type").asString("")));
    assertThat(types)
        .contains("shipment.planned.v1", "order.completed.v1")
        .allMatch(type -> type.startsWith("shipment.") || type.equals("order.completed.v1"));
  }

  @Test
  void aFollowerHearsOfAnOrderAsItIsPlaced() {
    String end =
        events("?limit=1&type=none.v1&from=2100-01-01T00:00:00Z").path("next").asString("");
    String customer =
        running
            .tokens()
            .issue("4711", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    String number = place(customer);
    JsonNode page = events("?wait=30&type=order.placed.v1&after=" + end);
    assertThat(page.path("data")).hasSize(1);
    assertThat(page.path("data").get(0).path("subject").asString("")).isEqualTo(number);
    assertThat(events("?wait=0&after=" + page.path("next").asString("")).path("data")).isEmpty();
  }

  private static String place(String customer) {
    String body =
        "{\"items\":[{\"sku\":\"TG-PHN-001-BK-256\",\"quantity\":1}],\"address\":"
            + "{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + running.wiring().apiPort() + "/v1/orders"))
            .header("Authorization", "Bearer " + customer)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"" + System.nanoTime() + "\"")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = running.client().send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      return JSON.readTree(answer.body()).path("number").asString("");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void run(String... statements) {
    running
        .database()
        .writeOnce(tx -> {
          for (String sql : statements) {
            tx.write(Sql.of(sql));
          }
          return true;
        });
  }

  /** Who asks for the events of a time is not given some of them without a word. */
  @Test
  void aTimeThatIsNoLongerKeptIsGone() {
    String from = "?limit=1&from=";
    assertThat(events(from + "2020-01-01T00:00:00Z").path("data"))
        .as("nothing was ever dropped")
        .isNotEmpty();
    run(
        "create table messaging.test_horizon as table messaging.horizon",
        "delete from messaging.horizon where id = 1");
    try {
      HttpResponse<String> gone =
          send("GET", "/v1/events", "/v1/events" + from + "2020-01-01T00:00:00Z", reader(), "");
      assertThat(gone.statusCode()).as(gone.body()).isEqualTo(410);
      assertThat(JSON.readTree(gone.body()).path("code").asString("")).isEqualTo("events_gone");
      assertThat(events("?limit=1").path("data")).as("from what it has").isNotEmpty();
      run("update messaging.horizon set at = now() - interval '2 hours' where id = 2");
      String hour = Instant.now().minusSeconds(3_600).toString();
      assertThat(events(from + hour).path("data")).as("all of the last hour").isNotEmpty();
    } finally {
      run(
          "delete from messaging.horizon where id = 2",
          "insert into messaging.horizon table messaging.test_horizon on conflict do nothing",
          "drop table messaging.test_horizon");
    }
  }

  @Test
  void whatIsWrongIsTold() {
    for (String query :
        List.of(
            "?limit=0",
            "?limit=1001",
            "?wait=31",
            "?after=AAAA",
            "?type=order.*.v1",
            "?type=",
            "?from=yesterday",
            "?page=2")) {
      HttpResponse<String> answer = send("GET", "/v1/events", "/v1/events" + query, reader(), "");
      assertThat(answer.statusCode()).as(query).isEqualTo(400);
    }
    assertThat(send("GET", "/v1/events", "/v1/events", admin(), "").statusCode()).isEqualTo(403);
    assertThat(send("POST", REPLAYS, REPLAYS, reader(), "{}").statusCode()).isEqualTo(403);
    HttpResponse<String> wrong =
        send(
            "POST",
            REPLAYS,
            REPLAYS,
            admin(),
            "{\"group\":\"a b\",\"from\":\"now\",\"to\":\"x\",\"types\":[\"*\"],\"perSecond\":0}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(wrong.body()).path("errors")).hasSize(5);
  }

  /**
   * Every row of ours that a consumer may write, by table; what events are told again stays out.
   */
  private static Map<String, String> books() {
    List<String> tables =
        running
            .database()
            .read(
                Sql.of(
                    """
                    select schemaname || '.' || tablename from pg_tables
                    where schemaname in ('points', 'marketing', 'notification', 'fulfilment',
                      'ordering', 'inventory', 'payment', 'aftersales', 'flashsale', 'customer')
                    order by 1
                    """),
                row -> row.getString(1));
    Map<String, String> books = new TreeMap<>();
    for (String table : tables) {
      books.put(
          table,
          running
              .database()
              .read(
                  Sql.of(
                      "select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
                          + " from "
                          + table
                          + " t"),
                  row -> row.getString(1))
              .getFirst());
    }
    return books;
  }

  @Test
  void aReplayFromTheStartIntoEachOfOurConsumersChangesNothing() {
    Map<String, String> before = books();
    for (String consumer : AuditOptions.CONSUMERS.keySet()) {
      HttpResponse<String> begun =
          send(
              "POST",
              REPLAYS,
              REPLAYS,
              admin(),
              "{\"group\":\"" + consumer + "\",\"from\":\"start\",\"perSecond\":20000}");
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
      String path = begun.headers().firstValue("Location").orElseThrow();
      await().atMost(LONG).until(() -> !replay(path).path("state").asString("").equals("running"));
      JsonNode ended = replay(path);
      assertThat(ended.path("state").asString("")).as(ended.toString()).isEqualTo("done");
      assertThat(ended.path("own").asBoolean()).isTrue();
      assertThat(ended.path("read").asLong()).isGreaterThanOrEqualTo(events);
      if (!Set.of("refunds", "flash-grants").contains(consumer)) {
        assertThat(ended.path("published").asLong()).as(consumer).isPositive();
      }
    }
    assertThat(books()).isEqualTo(before);
    assertThat(number("select count(*) from messaging.dead_letter")).isZero();
    AuditReport report =
        Auditor.run(running.url(), AuditOptions.of(true, AuditOptions.CONSUMERS), _ -> {});
    assertThat(report.broken()).as(report.toTable()).isZero();
    assertThat(
            number("select count(*) from staff.act where act = 'replay.begin' and actor = 'eve'"))
        .isGreaterThanOrEqualTo(AuditOptions.CONSUMERS.size());
  }

  @Test
  void aReplayIsHeldAndEndedByStaff() {
    HttpResponse<String> begun =
        send(
            "POST",
            REPLAYS,
            REPLAYS,
            admin(),
            "{\"group\":\"team-b\",\"from\":\"1\",\"types\":[\"order.*\"],\"perSecond\":1}");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
    String path = begun.headers().firstValue("Location").orElseThrow();
    String again =
        send("POST", REPLAYS, REPLAYS, admin(), "{\"group\":\"team-b\",\"from\":\"start\"}").body();
    assertThat(again).contains("replay_open");
    String template = REPLAYS + "/{id}/";
    assertThat(send("POST", template + "pause", path + "/pause", admin(), "").body())
        .contains("\"paused\"");
    assertThat(send("POST", template + "pause", path + "/pause", admin(), "").body())
        .contains("wrong_state", "paused");
    assertThat(send("POST", template + "resume", path + "/resume", admin(), "").body())
        .contains("\"running\"");
    assertThat(send("POST", template + "cancel", path + "/cancel", admin(), "").body())
        .contains("\"cancelled\"");
    assertThat(send("GET", REPLAYS, REPLAYS, admin(), "").body()).contains("team-b");
    assertThat(
            number(
                "select count(*) from staff.act where actor = 'eve' and act in ('replay.begin',"
                    + " 'replay.pause', 'replay.resume', 'replay.cancel') and subject = 'replay "
                    + path.substring(path.lastIndexOf('/') + 1)
                    + "'"))
        .isEqualTo(4);
  }
}
