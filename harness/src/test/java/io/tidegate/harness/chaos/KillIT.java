package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * kill -9 of everything at once under load, twice: every acknowledged order is there once, every
 * unknown one is settled by its key, and the audit is clean, at rest, within 60 s of the restart.
 * Runs after the build has packaged the program.
 */
@Tag("own-engine")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class KillIT {
  private static final int CLIENTS = 60;

  @Test
  void what_was_acknowledged_survives_a_kill_of_everything() throws Exception {
    Tidegate tidegate = new Tidegate(Path.of(System.getProperty("tidegate.root"), "tidegate"));
    try (Rig rig = new Rig(tidegate, List.of("demo.skus=1001"));
        HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      List<String> tokens = tidegate.customers(rig.data(), 50, rig.folder().resolve("tokens"));
      Wishes wishes = new Wishes(tokens, Goods.dear(rig.api()), 1, "test");
      KillBench.Plan plan = new KillBench.Plan(2, List.of(Victim.ALL), CLIENTS, 1);
      KillBench.Result result =
          new KillBench(plan, tidegate, rig, door, wishes, System.err::println).run();
      assertThat(result.findings()).isEmpty();
      assertThat(result.rounds())
          .hasSize(2)
          .allSatisfy(round -> {
            assertThat(round.inFlight()).isPositive();
            assertThat(round.unknown()).as("requests that the kill cut off").isPositive();
            assertThat(round.resolved()).isEqualTo(round.unknown());
          });
    }
  }
}
