package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What customers do is taken without one statement to the database, and without a database. */
@Tag("own-engine")
class BehaviourWithoutDatabaseTest {

  private static final Duration PATIENCE = TestLimits.PATIENCE;
  private static final int BATCHES = 3_000;
  private static final int BATCHES_WITHOUT = 200;

  @TempDir private Path folder;
  private EmbeddedPostgres postgres;
  private TestBroker broker;
  private Wiring program;
  private String token;
  private HttpClient client;

  @BeforeEach
  void start() {
    postgres =
        EmbeddedPostgres.start(folder.resolve("postgres"), PostgresSettings.tests(), _ -> {});
    broker = TestBroker.own(folder.resolve("mq"), Wiring.TOPICS);
    Settings settings =
        Configuration.read(
                new Sources(
                    folder,
                    null,
                    Map.of(),
                    List.of(
                        "http.port=0",
                        "http.limit-per-user=0",
                        "rocketmq.topic-prefix=" + broker.topicPrefix(),
                        "console.password=secret-of-a-test"),
                    Map.of()))
            .settings();
    String url = postgres.jdbcUrl();
    program =
        Wiring.start(
            new Wiring.Ground(settings, url, broker.namesrv(), broker.isUp(), "test", null),
            _ -> {});
    try (Database database = new Database(DatabaseSettings.of(url), Clock.system())) {
      token =
          Tokens.local(
                  IdentitySettings.local("tidegate", "tidegate"),
                  new DatabaseKeys(database),
                  Clock.system())
              .issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    }
    client = HttpClient.newHttpClient();
    await().atMost(PATIENCE).until(() -> send() == 202); // once its client knows the broker
  }

  @AfterEach
  void stop() {
    client.close();
    program.close();
    broker.close();
    postgres.close();
  }

  private int send() throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + program.apiPort() + "/v1/behaviour"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"events\":[{\"type\":\"viewed\",\"sku\":\"A-1\",\"session\":\"s\"}]}"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  /** How often each statement was called so far. */
  private Map<String, Long> calls() throws Exception {
    Map<String, Long> calls = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_stat_statements");
      try (ResultSet rows =
          statement.executeQuery("select query, sum(calls) from pg_stat_statements group by 1")) {
        while (rows.next()) {
          calls.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    return calls;
  }

  @Test
  void noStatementIsCalledMoreOftenForIt() throws Exception {
    Map<String, Long> before = calls();
    for (int i = 0; i < BATCHES; i++) {
      assertThat(send()).isEqualTo(202);
    }
    Map<String, Long> after = calls();
    assertThat(after).isNotEmpty();
    after.replaceAll((query, calls) -> calls - before.getOrDefault(query, 0L));
    // One request after the other: what each of them asked would be asked as often. What the
    // program
    // asks by itself, it asks some times a second.
    assertThat(after)
        .allSatisfy((query, calls) -> assertThat(calls).as(query).isLessThan(BATCHES / 2));
  }

  @Test
  void itIsTakenWhileTheDatabaseIsAway() throws Exception {
    postgres.close();
    for (int i = 0; i < BATCHES_WITHOUT; i++) {
      assertThat(send()).isEqualTo(202);
    }
  }
}
