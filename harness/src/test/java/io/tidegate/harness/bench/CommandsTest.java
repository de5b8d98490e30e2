package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command of the product that a bench cannot do without is done, or says why it is not. */
final class CommandsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private Launcher launcher(String line) throws IOException {
    return new Launcher(Script.launcher(folder, "#!/bin/sh\n" + line + "\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void filling_that_is_not_done_is_a_failure(int code) throws Exception {
    Launcher launcher = launcher("echo 'orders: too many' >&2; exit " + code);
    assertThatThrownBy(() -> Fill.fill(launcher, folder, 5, 1, List.of()))
        .isInstanceOf(BenchFailure.class)
        .hasMessage("fill ended with " + code + ": orders: too many");
  }

  @Test
  void filling_that_is_done_is_none() throws Exception {
    Launcher launcher = launcher("exit 0");
    assertThatCode(() -> Fill.fill(launcher, folder, 5, 1, List.of())).doesNotThrowAnyException();
  }

  @Test
  void a_lane_that_is_not_fed_is_a_failure() throws Exception {
    Launcher launcher = launcher("echo 'callers: too many' >&2; exit 2");
    assertThatThrownBy(() -> Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessage("lane-probe ended with 2: callers: too many");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ready", "{}", "{\"result\":{\"perSecond\":null}}"})
  void a_lane_without_a_figure_is_a_failure(String out) throws Exception {
    Launcher launcher = launcher("echo '" + out + "'");
    assertThatThrownBy(() -> Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("lane-probe's document");
  }

  @Test
  void a_lanes_figure_is_read() throws Exception {
    Launcher launcher =
        launcher("echo '{\"result\":{\"perSecond\":1234.5},\"verified\":{\"equalsPlaced\":true}}'");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(1234.5, 0, true));
  }

  @Test
  void orders_that_a_lane_refused_are_told() throws Exception {
    Launcher launcher =
        launcher("echo '{\"result\":{\"perSecond\":9,\"refused\":3,\"failed\":1}}'");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(9, 4, false));
  }

  private static Bench bench() {
    return new Bench(
        SampleReport.plan(), new Bench.Target.Own(List.of()), new Progress.Phases(true));
  }

  @Test
  void what_cannot_be_measured_beside_drops_nothing_that_was_measured() throws Exception {
    Launcher launcher = launcher("echo 'no connection' >&2; exit 1");
    Report report = new Report("place", Instant.EPOCH);
    assertThat(
            Beside.tried(
                bench(),
                report,
                "naive_could_be_run",
                () -> Beside.feed(launcher, List.of("lane-probe"), SOON)))
        .isEmpty();
    Beside.tried(
        bench(),
        report,
        "raw_http_could_be_run",
        () -> {
          throw new IOException("its log is there");
        });
    Beside.composed(report, Double.NaN, 5_000, 4_000, Skew.UNIFORM, "");
    assertThat(report.good()).isFalse();
    assertThat(report.targets()).hasSize(1).noneMatch(Report.Target::met);
    assertThat(report.json().at("/raw/lane").asDouble()).isEqualTo(5_000);
    assertThat(report.json().at("/raw/http").isMissingNode()).as("it is no 0").isTrue();
    assertThat(report.json().at("/raw/composed").isMissingNode()).isTrue();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN naive_could_be_run: wanted run, got lane-probe ended with 1: no conn")
        .contains("BROKEN raw_http_could_be_run: wanted run, got java.io.IOException: its log");
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo 'no database' >&2; exit 1", "echo '{\"broken\":'"})
  void an_audit_that_cannot_be_run_drops_nothing_that_was_measured(String line) throws Exception {
    Report report = new Report("place", Instant.EPOCH);
    Ending.audit(launcher(line), bench(), folder, report);
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN audit_could_be_run: wanted run, got ")
        .containsPattern("audit ended with 1: no database|the audit's document cannot be read");
  }

  @Test
  void reports_that_nobody_answers_end_no_bench() throws Exception {
    LocalDate day = LocalDate.EPOCH;
    try (ReportReader reader = new ReportReader(URI.create("http://127.0.0.1:1"), "T")) {
      ReportReaders readers =
          new ReportReaders(reader, List.of(new ReportReader.Cut("turnover", "day")), day, day);
      String done =
          readers.whileReading(() -> {
            await().atMost(SOON).until(() -> readers.answers().size() == 2);
            return "placed";
          });
      assertThat(done).isEqualTo("placed");
      assertThat(readers.notAnswered()).isPositive();
      assertThat(readers.answers()).containsOnlyKeys("report_not_answered", "sql_not_answered");
      Report report = new Report("reports", Instant.EPOCH);
      ReportsBench.readMeanwhile(report, readers);
      assertThat(ReportTable.of(report.json()))
          .contains("BROKEN every_report_was_answered_meanwhile: wanted 0, got ")
          .contains("BROKEN reports_and_questions_were_answered_meanwhile");
      assertThatThrownBy(() -> reader.get("/v1/reports"))
          .isInstanceOf(BenchFailure.class)
          .hasMessageContaining("ConnectException");
    }
  }

  /** Its connection is gone already, as that of a database which ended before. */
  @Test
  void a_connection_that_cannot_be_closed_drops_nothing_that_was_measured() throws Exception {
    Connection gone =
        (Connection)
            Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, _) -> {
                  throw new SQLException(method.getName());
                });
    assertThatCode(new DatabaseFigures(gone)::close).doesNotThrowAnyException();
  }

  @Test
  void a_system_that_nobody_is_at_is_told_with_its_address() {
    assertThatThrownBy(() -> Catalogue.skus(URI.create("http://127.0.0.1:1"), 5))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("http://127.0.0.1:1/v1/products")
        .hasMessageContaining("ConnectException");
  }

  /** What was measured beside it would be lost with it. */
  @Test
  void a_lane_whose_rows_differ_is_told() throws Exception {
    Launcher launcher =
        launcher(
            "echo '{\"result\":{\"perSecond\":9},\"verified\":{\"equalsPlaced\":false}}'; exit 3");
    assertThat(Beside.feed(launcher, List.of("lane-probe"), SOON))
        .isEqualTo(new Beside.Fed(9, 0, false));
  }
}
