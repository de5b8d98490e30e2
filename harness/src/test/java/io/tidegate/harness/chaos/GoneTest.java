package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.harness.testing.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  /** Starts once. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      here=${0%/*}
      [ -e "$here/served" ] && { echo 'its data is broken' >&2; exit 1; }
      echo > "$here/served"
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
