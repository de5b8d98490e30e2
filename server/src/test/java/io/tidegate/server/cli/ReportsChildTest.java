package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.server.ProgramDatabase;
import io.tidegate.server.Wiring;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process of the reports: it is killed while it writes, and every event is in the lake once.
 */
@Tag("own-engine")
class ReportsChildTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KILLS = 3;
  private static final int ORDERS = 400;

  @TempDir private Path folder;
  private TestBroker broker;
  private String url;
  private Database database;
  private Messaging relay;
  private HttpClient client;
  private ReportsChild child;
  private String token;
  private long logged;

  @BeforeEach
  void start() throws IOException {
    broker = TestBroker.own(folder.resolve("mq"), Wiring.TOPICS);
    url = ProgramDatabase.fresh();
    client = HttpClient.newHttpClient();
    Settings settings =
        Configuration.read(
                new Sources(
                    folder,
                    null,
                    Map.of(),
                    List.of(
                        "rocketmq.topic-prefix=" + broker.topicPrefix(),
                        "console.password=secret-of-a-test"),
                    Map.of()))
            .settings();
    child =
        ReportsChild.start(
            new ReportsChild.Plan(
                launcher(),
                PrivateFile.folder(folder.resolve("reports")),
                settings,
                url,
                broker.namesrv()),
            _ -> {});
    assertThat(child.url(PATIENCE)).isPresent(); // it has migrated the database
    database = new Database(DatabaseSettings.of(url), Clock.system());
    token =
        Tokens.local(
                IdentitySettings.local("tidegate", "tidegate"),
                new DatabaseKeys(database),
                Clock.system())
            .issue("eve", Caller.Kind.STAFF, Set.of("finance"), Set.of(), Duration.ofHours(1));
    relay =
        Messaging.start(
            database,
            broker.namesrv(),
            "relay",
            "/test",
            MessagingSettings.of(broker.topicPrefix()),
            List.of());
  }

  @AfterEach
  void stop() {
    child.close();
    relay.close();
    database.close();
    client.close();
    broker.close();
  }

  /** What starts a program on the class path of this test, as the launcher does. */
  private Path launcher() throws IOException {
    Path script = folder.resolve("launcher");
    Files.writeString(
        script,
        "#!/bin/sh\nCLASSPATH='%s' exec '%s' $TIDEGATE_JAVA_OPTS"
                .formatted(
                    ProgramProcess.classPath(),
                    Path.of(System.getProperty("java.home"), "bin", "java"))
            + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
            + " io.tidegate.server.Main \"$@\"\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private ProcessHandle process() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains("--role reports"))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode lake() throws IOException, InterruptedException {
    URI at = child.url(PATIENCE).orElseThrow();
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(at.resolve("/v1/admin/lake"))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) { // why, only that process has said
      throw new AssertionError(
          answer.body() + Files.readString(folder.resolve("reports").resolve("console.log")));
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  private long rows(String table) {
    try {
      for (JsonNode each : lake().path("tables")) {
        if (each.path("name").asString().equals(table)) {
          return each.path("rows").asLong();
        }
      }
      return 0;
    } catch (IOException e) {
      return -1; // it has just been killed
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void logOrders() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      long number = 400_000_000_000_000_000L + ++logged;
      events.add(
          new Event(
              "order.completed.v1",
              number,
              5,
              Instant.now(),
              "",
              ("{\"number\":\"%d\",\"user\":\"7\",\"region\":\"330106\",\"state\":\"completed\","
                      + "\"version\":5,\"at\":\"2026-11-11T00:00:00Z\"}")
                  .formatted(number)
                  .getBytes(StandardCharsets.UTF_8)));
    }
    database.write(
        "log",
        tx -> {
          new EventLog(database).append(tx, events);
          return true;
        });
    relay.wake();
  }

  @Test
  void itIsKilledWhileItWritesAndWritesEachEventOnce() throws Exception {
    ProcessHandle first = process();
    assertThat(first.info().commandLine().orElse("")).doesNotContain("jdbc:").doesNotContain(url);
    List<String> stat =
        List.of(Files.readString(Path.of("/proc/" + first.pid() + "/stat")).split(" "));
    assertThat(stat.get(18)).as("its nice value").isEqualTo("19");

    for (int kill = 0; kill < KILLS; kill++) {
      long before = rows("orders"); // asked first: it may write faster than it answers
      logOrders();
      Path making = folder.resolve("lake").resolve("orders");
      if (kill > 0) { // the first one dies before it has written anything, later ones after some
        await().atMost(PATIENCE).until(() -> Files.isDirectory(making) && rows("orders") > before);
        logOrders();
      }
      ProcessHandle victim = process();
      victim.destroyForcibly();
      await().atMost(PATIENCE).until(() -> !victim.isAlive());
      await()
          .atMost(PATIENCE)
          .until(() -> child.url(Duration.ofSeconds(1)).isPresent() && rows("orders") >= 0);
    }
    await().atMost(PATIENCE).until(() -> rows("orders") >= logged);
    assertThat(rows("orders")).isEqualTo(logged);
    await().atMost(PATIENCE).until(() -> lake().path("eventsBehind").asLong() == 0);
    assertThat(lake().path("lagSeconds").asDouble()).isZero();
    assertThat(rows("orders")).isEqualTo(logged);

    ProcessHandle last = process();
    child.close();
    await().atMost(PATIENCE).until(() -> !last.isAlive());
    assertThat(child.url(Duration.ZERO)).isEmpty();
  }
}
