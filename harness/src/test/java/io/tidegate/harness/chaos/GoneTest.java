package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.harness.bench.Plan;
import io.tidegate.harness.bench.SaleKills;
import io.tidegate.harness.testing.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A program that does not come back from its kill is the worst that a trial can find, and is found:
 * the trial ends, tells what it has, and its exit code is not that of one which could not run. The
 * simulators are real, the program is a script, its database has no rows.
 */
@Timeout(300)
final class GoneTest {
  private static final String NOWHERE = "http://127.0.0.1:9";

  /** Makes tokens, and starts once on each data folder. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      case $1 in
      token)
        case $2 in
        --users) echo token > "$5" ;;
        *) echo token ;;
        esac
        exit 0
        ;;
      serve) ;;
      *) exit 1 ;;
      esac
      [ -e "$3/run" ] && { echo 'its data is broken' >&2; exit 1; }
      mkdir -p "$3/run"
      echo '{"version":"7","api":"http://127.0.0.1:9","database":"jdbc:empty"}' > "$3/run/endpoints.json"
      echo "ready http://127.0.0.1:9"
      exec sleep 600
      """;

  private static final int BROKEN = 3;

  private final List<TrialOptions.Report> reports = new ArrayList<>();

  @TempDir private Path place;

  @Command(name = "gone")
  private static final class Trial {
    @Mixin private TrialOptions options = new TrialOptions();
  }

  @Test
  void a_kill_that_nothing_comes_back_from_is_found_and_told() throws Exception {
    Tidegate script = new Tidegate(Script.launcher(place, SCRIPT));
    Trial trial = new Trial();
    new CommandLine(trial).parseArgs("--json");
    KillBench.Plan plan =
        new KillBench.Plan(5, List.of(Victim.PROGRAM), 2, 1, Duration.ZERO, Duration.ofSeconds(1));
    try (EmptyDatabase _ = EmptyDatabase.open()) {
      int exit =
          trial.options.run(
              (_, _, _) -> new Rig(script, List.of()),
              (_, rig, _) -> {
                KillReport report = new KillReport(plan, killed(plan, script, rig));
                reports.add(report);
                return report;
              });
      assertThat(exit).isEqualTo(BROKEN);
    }
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().table())
        .contains("BROKEN: round 1, kill of program: the system did not start")
        .contains("its data is broken");
  }

  @Test
  void a_long_run_that_nothing_comes_back_from_is_found_and_told() throws Exception {
    try (EmptyDatabase _ = EmptyDatabase.open();
        OpenShop shop = new OpenShop()) {
      Tidegate script = new Tidegate(Script.launcher(place, SCRIPT.replace(NOWHERE, shop.url())));
      Trial trial = new Trial();
      new CommandLine(trial).parseArgs("--json");
      LongBench.Plan plan =
          new LongBench.Plan(1, 1, 1, 0, seedOf(Victim.PROGRAM), List.of(Provider.SANDBOX));
      int exit =
          trial.options.run(
              (_, _, _) -> new Rig(script, List.of()),
              (_, rig, _) -> {
                LongReport report = new LongReport(plan, lived(plan, script, rig));
                reports.add(report);
                return report;
              });
      assertThat(exit).isEqualTo(BROKEN);
    }
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().table())
        .contains("BROKEN: a kill of program: the system did not start")
        .contains("its data is broken")
        .contains("BROKEN: 0 of 1 kills were done")
        .doesNotContain("never happened");
  }

  /** Whose only kill is of this one. */
  private static long seedOf(Victim victim) {
    return LongStream.range(0, 1_000)
        .filter(seed -> Kills.planned(1, 1, seed).getFirst().victim() == victim)
        .findFirst()
        .orElseThrow();
  }

  private static LongBench.Result lived(LongBench.Plan plan, Tidegate script, Rig rig)
      throws InterruptedException {
    LongBench.People people =
        new LongBench.People(List.of("token"), List.of("A", "B", "C"), "ann", "ben");
    try (HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      return new LongBench(plan, script, rig, door, System.err::println).run(people);
    }
  }

  @Test
  void a_sale_that_nothing_comes_back_from_is_found_and_told() throws Exception {
    SaleKills.Outcome outcome;
    try (EmptyDatabase _ = EmptyDatabase.open();
        OpenShop shop = new OpenShop()) {
      Tidegate script = new Tidegate(Script.launcher(place, SCRIPT.replace(NOWHERE, shop.url())));
      Plan plan = Plan.ofKills(new Plan.Flash(1, 1, 2, 2), 2);
      outcome = SaleKillBench.run(plan, List.of(), System.err::println, script, 1);
    }
    assertThat(outcome.findings())
        .anySatisfy(finding ->
            assertThat(finding)
                .startsWith("BROKEN: sale 1: the system did not start")
                .contains("its data is broken"));
    assertThat(outcome.findings()).noneMatch(finding -> finding.contains("sale 2"));
    assertThat(outcome.sales()).isEmpty();
    assertThat(outcome.orders()).as("what its customers were told is not lost").isPositive();
    assertThat(outcome.told().verified().has("ordersInDatabase")).isFalse();
  }

  private static KillBench.Result killed(KillBench.Plan plan, Tidegate script, Rig rig)
      throws ChaosFailure, InterruptedException {
    try (HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      Wishes wishes = new Wishes(List.of("token"), List.of("A", "B"), 1, "gone");
      return new KillBench(plan, script, rig, door, wishes, System.err::println).run();
    }
  }

  @Test
  void kills_beside_a_long_run_end_and_are_found() throws Exception {
    Tidegate script = new Tidegate(Script.launcher(place, SCRIPT));
    List<Finding> findings = Collections.synchronizedList(new ArrayList<>());
    List<Kills.Due> due =
        List.of(new Kills.Due(Victim.PROGRAM, 0), new Kills.Due(Victim.PROGRAM, 0));
    try (EmptyDatabase _ = EmptyDatabase.open();
        Rig rig = new Rig(script, List.of());
        HttpDoor door = new HttpDoor(rig.api(), rig.simulators());
        EvidenceReader reader = new EvidenceReader(rig.database(), rig.simulators())) {
      Kills kills =
          new Kills(due, rig, door, reader, new Counts(), findings::add, System.err::println);
      kills.start();
      await().atMost(Duration.ofMinutes(2)).until(kills::gone);
      assertThat(kills.stop()).isEmpty();
    }
    assertThat(findings)
        .singleElement()
        .asString()
        .startsWith("BROKEN: a kill of program: the system did not start");
  }
}
