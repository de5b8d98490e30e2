package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.testing.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScenariosTest {
  private static final SaleKills NO_KILLS =
      (_, _, _) -> {
        throw new BenchFailure("nobody is killed here");
      };

  /** What a bench says that it sets is what its system is started with. */
  @Test
  void each_bench_tells_what_it_sets(@TempDir Path folder) throws Exception {
    Path launcher =
        Script.launcher(folder, "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"${0%/*}/call\"\nexit 1\n");
    System.setProperty("tidegate.launcher", launcher.toString());
    try {
      for (Scenario scenario : Scenarios.with(NO_KILLS, List.of()).all()) {
        Plan plan = SampleReport.plan().with(new Load.AtRate(100)); // some want a rate
        Bench.Target own = new Bench.Target.Own(List.of());
        Files.deleteIfExists(folder.resolve("call"));
        assertThatThrownBy(() -> scenario.run(new Bench(plan, own, new Progress.Phases(true))))
            .isInstanceOf(BenchFailure.class);
        List<String> set =
            Files.readAllLines(folder.resolve("call")).stream()
                .map(Settings::key)
                .filter(key -> !key.isEmpty())
                .toList();
        assertThat(scenario.sets(plan)).as(scenario.name()).containsAll(set);
      }
    } finally {
      System.clearProperty("tidegate.launcher");
    }
  }
}
