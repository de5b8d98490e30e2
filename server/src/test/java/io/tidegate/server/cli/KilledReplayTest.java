package io.tidegate.server.cli;

import static io.tidegate.server.cli.Customer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.server.ProgramDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed in the midst of a replay, and the next one goes on with it. */
class KilledReplayTest {

  private static final int ORDERS = 400;

  /** Slow enough to be met in its midst, on any machine. */
  private static final int PER_SECOND = 40;

  private final String url = ProgramDatabase.fresh();
  private final Database database =
      new Database(DatabaseSettings.of(url).withConnections(1, 2), Clock.system());

  @TempDir private Path data;

  @AfterEach
  void close() {
    database.close();
  }

  private String[] words(String... words) {
    return StartRefusalsTest.words(
        words,
        "--data",
        data.toString(),
        "--set",
        "db.url=" + url,
        "--set",
        "rocketmq.namesrv=127.0.0.1:9",
        "--set",
        "simulators.url=http://127.0.0.1:9",
        "--set",
        "node.role=api,relay,consumers,flash,console");
  }

  private long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private Map<String, String> books() {
    Map<String, String> books = new TreeMap<>();
    for (String table :
        database.read(
            Sql.of(
                """
                select schemaname || '.' || tablename from pg_tables
                where schemaname in ('points', 'marketing')
                """),
            row -> row.getString(1))) {
      books.put(
          table,
          database
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
  void itGoesOnWhereItWasAndNothingHappensTwice() throws Exception {
    String path;
    long paid;
    Map<String, String> before;
    try (ProgramProcess first = ProgramProcess.start(words("serve", "--port", "0"))) {
      String api = first.awaitReady();
      ProgramProcess.Ended filled =
          ProgramProcess.run(
              words(
                  "fill",
                  "--orders",
                  Integer.toString(ORDERS),
                  "--months",
                  "2",
                  "--settled",
                  "--yes"));
      assertThat(filled.exitCode()).as(filled.err()).isZero();
      long events = number("select count(*) from messaging.log");
      await()
          .atMost(ProgramProcess.PATIENCE)
          .until(() -> number("select coalesce(sum(events), 0) from messaging.horizon") >= events);
      paid = number("select count(*) from messaging.log where type = 'order.paid.v1'");
      assertThat(number("select count(*) from points.entry")).isPositive();
      before = books();
      try (Customer eve = Customer.mintedBy(words("token", "--staff", "admin"))) {
        HttpResponse<String> begun =
            eve.post(
                api + "/v1/admin/replays",
                "k",
                "{\"group\":\"points\",\"from\":\"start\",\"perSecond\":%d}".formatted(PER_SECOND));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        path = begun.headers().firstValue("Location").orElseThrow();
        await()
            .atMost(ProgramProcess.PATIENCE)
            .until(() -> published(eve, api + path) >= PER_SECOND);
      }
      first.kill();
    }
    assertThat(number("select told from messaging.replay where state = 'running'"))
        .as("it was met in its midst")
        .isBetween((long) PER_SECOND, paid - 1);
    assertThat(books()).isEqualTo(before);

    try (ProgramProcess second = ProgramProcess.start(words("serve", "--port", "0"))) {
      String api = second.awaitReady();
      try (Customer eve = Customer.mintedBy(words("token", "--staff", "admin"))) {
        await()
            .atMost(ProgramProcess.PATIENCE)
            .until(() -> json(eve.get(api + path)).path("state").asString("").equals("done"));
        assertThat(published(eve, api + path)).isEqualTo(paid);
      }
      assertThat(books()).isEqualTo(before);
      assertThat(number("select count(*) from messaging.dead_letter")).isZero();
      second.stop();
    }
  }

  private static long published(Customer eve, String url) throws Exception {
    return json(eve.get(url)).path("published").asLong();
  }
}
