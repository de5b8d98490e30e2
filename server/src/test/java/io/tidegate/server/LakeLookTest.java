package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.Lakes;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeFile;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lake status}, {@code verify}, {@code rebuild} and {@code restore}. */
class LakeLookTest {

  private static final Instant AT = Instant.parse("2026-11-10T15:00:00Z");
  private static final int EVENTS = 20;

  @TempDir private Path folder;
  private String url;
  private Database database;
  private LakeGround ground;
  private HttpServer store;
  private final Map<String, byte[]> copies = new ConcurrentHashMap<>();

  @BeforeEach
  void open() throws IOException {
    url = TestPostgres.migratedDatabase();
    database = new Database(DatabaseSettings.of(url), Clock.system());
    LakeSettings own = ReportsWiring.lakeSettings(settings("here"));
    LakeHome.claim(database, own, "test");
    EventLog events = new EventLog(database);
    ground = LakeGround.of(database, events, Lake.open(own));
    write(events);
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext("/", this::copy);
    store.start();
  }

  @AfterEach
  void close() {
    store.stop(0);
    ground.lake().close();
    database.close();
  }

  private void write(EventLog events) {
    List<Event> told = new ArrayList<>();
    for (int n = 1; n <= EVENTS; n++) {
      String json =
          "{\"number\":\"%d\",\"shipment\":\"%d-1\",\"warehouse\":\"w1\",\"items\":[],\"last\":true}"
              .formatted(n, n);
      told.add(
          new Event("shipment.picked.v1", n, 1, AT, "", json.getBytes(StandardCharsets.UTF_8)));
    }
    LakeWriter writer = new LakeWriter(ground, () -> {});
    database.writeOnce(tx -> {
      events.append(tx, told);
      return true;
    });
    database.writeOnce(tx -> {
      writer.handle(tx, events.after(0, EVENTS));
      return true;
    });
    run("insert into messaging.receipt values ('lake', 0, 0, repeat('1', 8192)::bit(8192))");
  }

  /** A store's answer to a question for an object. */
  private void copy(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] found = copies.get(exchange.getRequestURI().getPath());
      byte[] body =
          found == null
              ? "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8)
              : found;
      exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Settings settings(String data, String... more) {
    List<String> set = new ArrayList<>(List.of("console.password=secret-of-a-test"));
    set.addAll(List.of(more));
    return Configuration.read(new Sources(folder.resolve(data), null, Map.of(), set, Map.of()))
        .settings();
  }

  private Settings mirrored() {
    return settings(
        "here",
        "lake.s3.endpoint=http://127.0.0.1:" + store.getAddress().getPort(),
        "lake.s3.bucket=copies",
        "lake.s3.access-key=key",
        "lake.s3.secret-key=secret");
  }

  private Lakes.Report run(Settings settings, Lakes.Act act) {
    return LakeLook.run(settings, url, act, _ -> {});
  }

  private void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }

  private LakeFile file() {
    return ground.files().live().getFirst();
  }

  private Path path() {
    return ground.lake().folder().resolve(file().path());
  }

  @Test
  void whatIsWholeIsComparedWithTheLog() {
    Lakes.Report report = run(settings("here"), Lakes.Act.VERIFY);
    assertThat(report.broken()).as(report.table()).isFalse();
    assertThat(report.json()).contains("\"compared\":true", "\"differences\":[]");
    run("delete from messaging.log where position = 3");
    Lakes.Report other = run(settings("here"), Lakes.Act.VERIFY);
    assertThat(other.broken()).isTrue();
    assertThat(other.json()).contains("\"inLog\":19,\"inLake\":20");
  }

  /** Neither a file lacks, nor is there a receipt: only its dead letter says that it is missing. */
  @Test
  void anEventThatNeverReachedTheLakeIsNamed() {
    ground
        .database()
        .writeOnce(tx -> {
          new EventLog(ground.database())
              .append(
                  tx,
                  List.of(new Event("shipment.picked.v1", 99, 1, AT, "", new byte[] {'{', '}'})));
          return true;
        });
    int position = EVENTS + 1;
    run(
        "update messaging.receipt set bits = set_bit(bits, %d, 0) where consumer = 'lake'"
            .formatted(position));
    run(
        "insert into messaging.dead_letter (consumer, position, type, key, state, tries, next_at,"
            + " error) values ('lake', %d, 'shipment.picked.v1', 99, 'retrying', 2, now(), 'Odd: x')"
                .formatted(position));
    Lakes.Report tried = run(settings("here"), Lakes.Act.VERIFY);
    assertThat(tried.broken()).as("it is on its way").isFalse();
    assertThat(tried.json())
        .contains("\"position\":\"%d\"".formatted(position), "\"state\":\"retrying\"");

    run("update messaging.dead_letter set state = 'dead', tries = 8");
    for (Lakes.Act act : List.of(Lakes.Act.STATUS, Lakes.Act.VERIFY, Lakes.Act.REBUILD)) {
      Lakes.Report report = run(settings("here"), act);
      assertThat(report.broken()).as(report.table()).isTrue();
      assertThat(report.json()).contains("\"differences\":[]", "\"state\":\"dead\"", "Odd: x");
      assertThat(report.table())
          .contains("not in the lake: event " + position + " shipment.picked.v1, dead after 8");
    }
  }

  @Test
  void inAnotherFolderNothingIsLookedAtAndNothingChanges() throws IOException {
    List<LakeFile> live = ground.files().live();
    Settings wrong = settings("elsewhere");
    for (Lakes.Act act : List.of(Lakes.Act.STATUS, Lakes.Act.VERIFY, Lakes.Act.REBUILD)) {
      assertThatThrownBy(() -> run(wrong, act))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("another folder");
    }
    assertThat(folder.resolve("elsewhere")).as("a look makes no folder").doesNotExist();
    assertThat(ground.files().live()).isEqualTo(live);

    Settings othersDays = settings("here", "business.zone=Europe/Berlin");
    assertThatThrownBy(() -> run(othersDays, Lakes.Act.REBUILD))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("business.zone");
    run("update reporting.lake set marker = ''");
    assertThatThrownBy(() -> run(settings("here"), Lakes.Act.VERIFY))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no lake was begun");
  }

  @Test
  void aLookAtABrokenFileTellsItAndMendsNothing() throws IOException {
    List<LakeFile> live = ground.files().live();
    Files.delete(path());
    for (Lakes.Act act : List.of(Lakes.Act.STATUS, Lakes.Act.VERIFY)) {
      Lakes.Report report = run(settings("here"), act);
      assertThat(report.broken()).isTrue();
      assertThat(report.json()).contains("\"broken\":1", "\"compared\":false");
    }
    assertThat(ground.files().live()).isEqualTo(live);
    assertThat(path()).doesNotExist();

    Lakes.Report mended = run(settings("here"), Lakes.Act.REBUILD);
    assertThat(mended.broken()).as(mended.table()).isFalse();
    assertThat(path()).exists();
  }

  @Test
  void rebuildingAsksTheSecondPlace() throws IOException {
    List<LakeFile> live = ground.files().live();
    byte[] whole = Files.readAllBytes(path());
    Files.delete(path());
    run("delete from messaging.log");
    copies.put("/copies/" + file().path(), whole);
    Lakes.Report report = run(mirrored(), Lakes.Act.REBUILD);
    assertThat(report.broken()).as(report.table()).isFalse();
    assertThat(path()).hasBinaryContent(whole);
    assertThat(ground.files().live()).isEqualTo(live);
  }

  @Test
  void whatWasLostComesBackWhenTheSecondPlaceHasIt() throws IOException {
    byte[] whole = Files.readAllBytes(path());
    LakeFile lost = file();
    Files.delete(path());
    run("delete from messaging.log");
    assertThat(run(mirrored(), Lakes.Act.REBUILD).json()).contains("\"lost\":1");
    copies.put("/copies/" + lost.path(), whole);
    Lakes.Report report = run(mirrored(), Lakes.Act.REBUILD);
    assertThat(report.json()).contains("\"lost\":0");
    assertThat(report.broken()).as(report.table()).isFalse();
    assertThat(path()).hasBinaryContent(whole);
  }

  @Test
  void aFolderThatWasLostIsBegunAnew() throws IOException {
    assertThatThrownBy(() -> run(settings("here"), Lakes.Act.RESTORE))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("was not lost");
    Lakes.Report report = run(settings("new"), Lakes.Act.RESTORE);
    assertThat(report.broken()).as(report.table()).isFalse();
    assertThat(folder.resolve("new/lake").resolve(file().path())).exists();
    assertThatThrownBy(() -> run(settings("here"), Lakes.Act.VERIFY))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("another folder");
  }
}
