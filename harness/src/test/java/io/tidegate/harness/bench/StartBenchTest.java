package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.testing.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start ends with an order, and is judged only where that was durable. */
final class StartBenchTest {
  private static final List<String> ALL =
      List.of("server", "database", "broker", "simulators", "reports");

  @Test
  void a_receipt_has_its_orders_number() throws Exception {
    assertThat(StartBench.number("{\"number\":\"383412345678901\",\"state\":\"x\"}"))
        .isEqualTo(383_412_345_678_901L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ok", "{}", "{\"number\":\"1 or true\"}", "{\"number\":null}"})
  void what_has_none_is_no_receipt(String body) {
    assertThatThrownBy(() -> StartBench.number(body)).isInstanceOf(BenchFailure.class);
  }

  private static Plan idle(int seconds, int pairs) {
    return SampleReport.plan().withLength(Duration.ofSeconds(seconds)).withPairs(pairs);
  }

  private static Report memory(Map<String, Long> parts, int seconds) {
    return memory(parts, ALL, seconds);
  }

  private static Report memory(Map<String, Long> parts, List<String> own, int seconds) {
    Report report = new Report("start", Instant.EPOCH);
    StartBench.memory(report, parts, own, idle(seconds, 3));
    return report;
  }

  private static Map<String, Long> each(List<String> parts) {
    Map<String, Long> memory = new HashMap<>();
    parts.forEach(part -> memory.put(part, 200_000_000L));
    return memory;
  }

  @Test
  void memory_without_the_reports_is_not_judged() {
    Map<String, Long> parts = each(ALL);
    assertThat(memory(parts, 30).good()).isTrue();
    assertThat(ReportTable.of(memory(parts, 29).json()))
        .containsPattern("idle_memory_gb.*NOT MEASURABLE here: promised for 30 s");
    parts.remove("reports");
    Report without = memory(parts, 30);
    assertThat(without.targets()).noneMatch(Report.Target::met);
    assertThat(ReportTable.of(without.json()))
        .contains("BROKEN memory_of_every_part_is_known: wanted 5 parts")
        .containsPattern("idle_memory_gb.*NOT MEASURABLE here: the memory of a part");
  }

  /** One that has no process of the reports by its settings lacks nothing, nor is it judged. */
  @Test
  void memory_of_what_a_system_has_is_told_but_judged_of_all_parts_only() {
    List<String> own = List.of("server", "database", "broker", "simulators");
    Report report = memory(each(own), own, 30);
    assertThat(report.json().at("/idlePssBytes/sum").asLong()).isEqualTo(800_000_000);
    assertThat(ReportTable.of(report.json()))
        .doesNotContain("BROKEN")
        .containsPattern("idle_memory_gb.*NOT MEASURABLE here: promised with its own reports");
    Report lacks = memory(each(own.subList(0, 3)), own, 30);
    assertThat(ReportTable.of(lacks.json()))
        .contains("BROKEN memory_of_every_part_is_known: wanted 4 parts");
  }

  @Test
  void starts_beside_what_is_there_already_are_not_judged() {
    Report report = new Report("start", Instant.EPOCH);
    StartBench.warm(report, 2, List.of("server", "reports", "simulators"), idle(30, 3));
    assertThat(ReportTable.of(report.json()))
        .containsPattern("warm_start.*NOT MEASURABLE here: promised with its own database, broker");
  }

  /** Nobody ends it but by force. */
  private static final String STUBBORN =
      """
      #!/bin/sh
      trap '' TERM
      echo "ready http://127.0.0.1:9"
      while :; do sleep 600; done
      """;

  @Test
  void a_system_that_does_not_stop_drops_nothing_that_was_measured(@TempDir Path folder)
      throws Exception {
    Launcher launcher = new Launcher(Script.launcher(folder, STUBBORN));
    Report report = new Report("start", Instant.EPOCH);
    Process started;
    try (StartBench.Starts starts =
        new StartBench.Starts(launcher, folder, List.of(), report, Duration.ofMillis(100))) {
      started = starts.start();
      SystemUnderTest.awaitReady(started, folder.resolve("serve.log"));
    }
    assertThat(started.isAlive()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN system_stops_in_time: wanted stopped, got ended by force");
  }

  @Test
  void one_warm_start_has_no_median() {
    Report three = new Report("start", Instant.EPOCH);
    StartBench.warm(three, 2, ALL, idle(30, 3));
    assertThat(three.good()).isTrue();
    Report one = new Report("start", Instant.EPOCH);
    StartBench.warm(one, 2, ALL, idle(30, 1));
    assertThat(one.targets()).hasSize(1).noneMatch(Report.Target::met);
  }

  @Test
  void without_durable_commits_a_run_without_a_load_is_not_judged_either() {
    Optional<String> on = Optional.of("on");
    Report report = new Report("start", Instant.EPOCH);
    report.target("first_start_seconds", Report.Sense.BELOW, 10, 5);
    report.durability(new Durability(on, on, on, Optional.of("ext4")));
    assertThat(report.json().path("targets")).hasSize(1);
    report.durability(new Durability(Optional.of("off"), on, on, Optional.of("ext4")));
    assertThat(report.json().path("targets")).isEmpty();
    assertThat(report.json().at("/durability/fsync").asString()).isEqualTo("off");
  }
}
