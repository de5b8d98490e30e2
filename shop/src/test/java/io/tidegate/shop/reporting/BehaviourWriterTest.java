package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.StreamReader;
import io.tidegate.platform.messaging.StreamSender;
import io.tidegate.platform.messaging.StreamSettings;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.ShopServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour on its way from the endpoint through the broker into the lake: each event once. */
final class BehaviourWriterTest {

  private static final Duration ARRIVAL_MAX = Duration.ofSeconds(60);
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final BehaviourWriter.Bounds SMALL =
      new BehaviourWriter.Bounds(100, Duration.ofMillis(50), 1_000);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Clock clock = Clock.system();
  @TempDir private static Path brokerFolder;
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static TestBroker broker;
  @TempDir private Path folder;
  private String topic;
  private ShopDatabase shop;
  private Lake lake;
  private LakeGround ground;
  private StreamSender sender;
  private ShopServer server;

  @BeforeAll
  static void start() {
    broker = TestBroker.own(brokerFolder, List.of("b1", "b2", "b3", "b4", "b5"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void open() {
    topic = broker.topicPrefix() + "b" + TOPICS.incrementAndGet();
    shop = new ShopDatabase();
    LakeSettings settings =
        LakeSettings.of(folder.resolve("lake"), folder.resolve("temporary"), ZONE);
    LakeHome.claim(shop.database(), settings, "test");
    lake = Lake.open(settings);
    ground = LakeGround.of(shop.database(), new EventLog(shop.database()), lake);
    sender = new StreamSender(broker.namesrv(), StreamSettings.of(topic), meters);
    server = new ShopServer(new BehaviourRoutes(sender, clock, meters));
  }

  @AfterEach
  void close() {
    server.close();
    sender.close();
    lake.close();
    shop.close();
  }

  private BehaviourWriter writer(String node) {
    return new BehaviourWriter(
        ground,
        new StreamReader(broker.namesrv(), topic, topic + "-test"),
        node,
        SMALL,
        clock,
        new SimpleMeterRegistry());
  }

  private void tell(long user, String body, int status) {
    HttpResponse<String> answer = server.send(user, "POST", "/v1/behaviour", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  /** A batch of so many searches, of which no other has the query. */
  private static String batch(String id, String query, int events) {
    StringBuilder json = new StringBuilder("{\"batch\":\"").append(id).append("\",\"events\":[");
    for (int i = 0; i < events; i++) {
      json.append(i == 0 ? "" : ",");
      json.append("{\"type\":\"searched\",\"query\":\"" + query + " " + i + "\"}");
    }
    return json.append("]}").toString();
  }

  private long rows() {
    return shop.number(
        "select coalesce(sum(rows), 0)::bigint from reporting.file where tbl = 'behaviour'");
  }

  private void awaitRows(long rows) {
    await().atMost(ARRIVAL_MAX).until(this::rows, there -> there >= rows);
    assertThat(rows()).isEqualTo(rows);
  }

  private String first(String sql) throws SQLException {
    try (Connection connection = lake.connect()) {
      ground.views().refresh(connection);
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(sql)) {
        result.next();
        return result.getString(1);
      }
    }
  }

  @Test
  void whatIsToldIsInTheLakeAsItWasTold() throws Exception {
    try (BehaviourWriter _ = writer("a")) {
      Instant before = clock.instant().minus(Duration.ofDays(2));
      tell(
          7,
          """
          {"events":[
           {"type":"searched","query":" 蓝牙 耳机 ","session":"s1","region":"330106"},
           {"type":"reviewed","sku":"TG-1","stars":4,"happenedAt":"%s"}]}
          """
              .formatted(before),
          202);
      awaitRows(2);
    }
    assertThat(
            first(
                "select string_agg(type || user_id || coalesce(query, '') || coalesce(sku, '')"
                    + " || coalesce(stars, 0) || coalesce(session, '') || coalesce(region, ''), ','"
                    + " order by type) from behaviour"))
        .isEqualTo("reviewed7TG-14,searched7蓝牙 耳机0s1330106");
    assertThat(first("select count(distinct day) from behaviour")).isEqualTo("2");
    assertThat(
            first(
                "select count(*) from behaviour where day ="
                    + " (happened_at + interval 8 hours)::date"))
        .isEqualTo("2");
  }

  @Test
  void aBatchThatComesAgainIsWrittenOnceWhoeverWritesIt() throws Exception {
    String id = UUID.randomUUID().toString();
    try (BehaviourWriter _ = writer("a")) {
      tell(1, batch(id, "x", 3), 202);
      tell(1, batch(id, "x", 3), 202);
      tell(2, batch(id, "x", 3), 202); // another customer's
      awaitRows(6);
    }
    try (BehaviourWriter _ = writer("b")) { // it remembers what another process wrote
      tell(1, batch(id, "x", 3), 202);
      tell(1, batch(UUID.randomUUID().toString(), "y", 1), 202);
      awaitRows(7);
    }
    assertThat(first("select count(*) from (select distinct user_id, batch, query from behaviour)"))
        .isEqualTo("7");
  }

  @Test
  void writersThatComeAndGoWriteEachEventOnce() throws Exception {
    int batches = 120;
    try (BehaviourWriter _ = writer("b")) { // waits, or takes over
      for (int round = 0; round < 4; round++) {
        try (BehaviourWriter _ = writer("a")) {
          for (int i = 0; i < batches / 4; i++) {
            tell(i, batch(UUID.randomUUID().toString(), "r" + round + "b" + i, 10), 202);
          }
        }
      }
      awaitRows(batches * 10L);
    }
    assertThat(first("select count(distinct (batch, query)) from behaviour")).isEqualTo("1200");
  }

  @Test
  void aCommitThatFailsIsWrittenAgainAndOnlyThen() throws Exception {
    shop.run("alter table reporting.file add constraint refused check (rows < 0) not valid");
    try (BehaviourWriter _ = writer("a")) {
      tell(1, batch(UUID.randomUUID().toString(), "x", 5), 202);
      // Files are made, and nobody's: a second try proves that the first one failed.
      await().atMost(ARRIVAL_MAX).until(() -> LakeFolder.files(lake.folder()) >= 2);
      assertThat(rows()).isZero();
      shop.run("alter table reporting.file drop constraint refused");
      awaitRows(5);
    }
    assertThat(first("select count(*) from behaviour")).isEqualTo("5");
  }

  @Test
  void offsetsThatTheBrokerBeganAnewAddNothingTwice() throws Exception {
    try (BehaviourWriter _ = writer("a")) {
      tell(
          1,
          batch(UUID.randomUUID().toString(), "x", 5).replaceFirst("\"batch\":\"[^\"]*\",", ""),
          202);
      awaitRows(5);
    }
    shop.run("update reporting.behaviour_offset set next_offset = 1000000 where next_offset > 0");
    try (BehaviourWriter _ = writer("a")) {
      for (int i = 0; i < 8; i++) { // one for each queue at least
        tell(1, batch(UUID.randomUUID().toString(), "y" + i, 1), 202);
      }
      awaitRows(13);
    }
    assertThat(shop.number("select max(next_offset) from reporting.behaviour_offset"))
        .isLessThan(1_000_000);
  }

  /** The lake's files, whatever the manifest says. */
  private static final class LakeFolder {
    static long files(Path folder) throws IOException {
      try (var all = Files.walk(folder)) {
        return all.filter(file -> file.toString().endsWith(".parquet")).count();
      }
    }
  }
}
