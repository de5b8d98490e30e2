package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.server.archive.FilledShop;
import io.tidegate.server.cli.ProgramProcess.Ended;
import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command that takes a month out of the database, as a process: killed, and gone on with. */
class RetireKillTest {

  /** What it says at each step, in order; the database's work of that step is under way then. */
  private static final List<String> STEPS =
      List.of(
          "the event log of the month",
          "opening balances",
          "orders are sorted",
          "rows of payment.capture",
          "the files are compared with the tables");

  /** It waits for 100 ms at a time. */
  private static final Duration LOCK_LOOK = Duration.ofMillis(20);

  private static final String HOLD = "lock table ordering.orders in access share mode";

  @TempDir private Path folder;
  private FilledShop shop;
  private YearMonth month;

  @BeforeEach
  void open() throws SQLException {
    shop = new FilledShop(folder);
    month = shop.oldest();
  }

  @AfterEach
  void close() throws SQLException {
    shop.close();
  }

  private String[] words(YearMonth which, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "retire",
                "--month",
                which.toString(),
                "--data",
                folder.toString(),
                "--set",
                "db.url=" + shop.url));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private Ended run(String... more) throws Exception {
    return ProgramProcess.run(words(month, more));
  }

  @Test
  void killedAtEachStepItGoesOnAndNothingIsLostOrDoubled() throws Exception {
    long orders = shop.number("select count(*) from ordering.orders");
    for (String step : STEPS) {
      killAt(step);
      assertClean(orders);
    }
    killWhileNodesLearnOfTheFiles();
    assertClean(orders);
    killWhileItDetaches();
    assertClean(orders);

    Ended ended = run("--json");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode told = JsonMapper.shared().readTree(ended.out());
    assertThat(told.path("retired").asBoolean()).isTrue();
    assertThat(told.path("against")).isEmpty();
    long left = told.path("orders").asLong();
    assertThat(left).isPositive();
    assertClean(orders - left);
    assertThat(shop.number("select sum(rows) from reporting.archive_file where kind = 'orders'"))
        .isEqualTo(left);
    assertThat(files())
        .as("every file that is there counts, and every one that counts is there")
        .containsExactlyInAnyOrderElementsOf(shop.texts("select path from reporting.archive_file"));
    Ended again = run();
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains(month + " has left the database");
  }

  private static void kill(ProgramProcess program) throws InterruptedException {
    program.kill();
    assertThat(program.end().exitCode()).as("it had ended by itself").isEqualTo(128 + 9);
  }

  private void killAt(String step) throws Exception {
    try (ProgramProcess program = ProgramProcess.start(words(month))) {
      program.awaitErr(step);
      kill(program);
    }
    theDeadOnesTurnIsOver();
  }

  /** Nodes are given a while to hear of the files; the month is still here. */
  private void killWhileNodesLearnOfTheFiles() throws Exception {
    try (ProgramProcess program = ProgramProcess.start(words(month))) {
      await()
          .atMost(ProgramProcess.PATIENCE)
          .until(
              () -> shop.texts("select state from reporting.retired_month").contains("verified"));
      kill(program);
    }
    theDeadOnesTurnIsOver();
  }

  /** Somebody reads orders for long, so the moment at which they go is tried again and again. */
  private void killWhileItDetaches() throws Exception {
    try (Connection reader = DriverManager.getConnection(shop.url);
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute(HOLD);
      try (ProgramProcess program = ProgramProcess.start(words(month))) {
        await()
            .atMost(ProgramProcess.PATIENCE)
            .pollInterval(LOCK_LOOK)
            .until(() ->
                shop.number(
                        "select count(*) from pg_locks where not granted and relation = 'ordering.orders'::regclass")
                    > 0);
        kill(program);
      }
      reader.rollback();
    }
    theDeadOnesTurnIsOver();
  }

  /** It would be by itself within a minute. */
  private void theDeadOnesTurnIsOver() {
    shop.run("update db.lease set expires_at = clock_timestamp() where name = 'retire'");
  }

  private void assertClean(long ordersHere) {
    assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(ordersHere);
    var report = shop.audit(true);
    assertThat(report.broken()).as(report.toTable()).isZero();
  }

  private List<String> files() {
    Path archive = folder.resolve("lake").resolve("archive");
    try (Stream<Path> files = Files.walk(archive)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> archive.relativize(file).toString().replace('\\', '/'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever was killed keeps its turn for a while: the next one says that it waits, and does. */
  @Test
  void theNextOneWaitsForTheTurnOfTheOneThatWasKilled() throws Exception {
    try (ProgramProcess program = ProgramProcess.start(words(month))) {
      program.awaitErr("the event log of the month");
      kill(program);
    }
    try (ProgramProcess program = ProgramProcess.start(words(month))) {
      program.awaitErr("another process has begun, or was killed; waiting");
      assertThat(shop.texts("select state from reporting.retired_month")).containsExactly("begun");
      theDeadOnesTurnIsOver();
      assertThat(program.end().exitCode()).isZero();
    }
    assertThat(shop.texts("select state from reporting.retired_month")).containsExactly("retired");
  }

  @Test
  void whatStandsAgainstAMonthIsToldAndNothingChanges() throws Exception {
    Ended free = run("--dry-run");
    assertThat(free.exitCode()).as(free.err()).isZero();
    assertThat(free.out()).startsWith("nothing stands against " + month);

    shop.run(
        "update fulfilment.shipment set next_step_at = now() where order_number = (select min(order_number) from fulfilment.shipment where order_number >= %d)"
            .formatted(
                OrderNumber.firstAt(
                    month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli())));
    Ended under = run("--json", "--dry-run");
    assertThat(under.exitCode()).isEqualTo(ExitCode.BROKEN);
    JsonNode told = JsonMapper.shared().readTree(under.out());
    assertThat(told.path("month").asString()).isEqualTo(month.toString());
    assertThat(told.path("retired").asBoolean()).isFalse();
    assertThat(told.path("against").toString()).contains("parcels are under way");

    Ended refused = run();
    assertThat(refused.exitCode()).isEqualTo(ExitCode.BROKEN);
    assertThat(refused.out()).startsWith(month + " can't leave the database");
    Ended young = ProgramProcess.run(words(month.plusMonths(3)));
    assertThat(young.exitCode()).isEqualTo(ExitCode.BROKEN);
    assertThat(young.out()).contains("the last 3 months are kept");
    assertThat(shop.number("select count(*) from reporting.retired_month")).isZero();
  }
}
