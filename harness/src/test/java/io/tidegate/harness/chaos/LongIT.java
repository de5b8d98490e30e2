package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.bench.Folders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Some orders with refunds and returns, under providers that go wrong and one kill: our book equals
 * the providers', customers were told the truth, and the audit is clean. Runs after the build has
 * packaged the program.
 */
@Tag("own-engine")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class LongIT {
  private static final int ORDERS = 200;
  private static final long SEED = 1;

  /**
   * This seed's first spell: a fifth of the calls to Stripe fail from the second second to the
   * seventh, while orders are placed and paid.
   */
  private static final String EARLY_SPELL = "stripe error";

  private static final Duration PAY_WINDOW = Duration.ofSeconds(8);

  @Test
  void our_book_is_the_providers_after_faults_and_a_kill() throws Exception {
    Tidegate tidegate = new Tidegate(Path.of(System.getProperty("tidegate.root"), "tidegate"));
    try (Rig rig = LongCommand.started(tidegate, SEED, PAY_WINDOW, false);
        HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      LongBench.Plan plan = new LongBench.Plan(ORDERS, 1, 32, 50, SEED, Provider.all());
      LongBench.People people = LongCommand.people(tidegate, rig, door, 50);
      LongBench.Result result =
          new LongBench(plan, tidegate, rig, door, System.err::println).run(people);
      assertThat(result.findings()).isEmpty();
      assertThat(result.kills()).hasSize(1);
      assertThat(result.struck().values().stream().mapToLong(Long::longValue).sum()).isPositive();
      assertThat(result.struck()).hasEntrySatisfying(EARLY_SPELL, n -> assertThat(n).isPositive());
      LongReport report = new LongReport(plan, result);
      JsonNode document = JsonMapper.shared().readTree(report.json(Instant.now(), rig.version()));
      assertThat(document.at("/result/created").longValue()).isEqualTo(ORDERS);
      assertThat(document.at("/verified/ordersInDatabase").longValue()).isEqualTo(ORDERS);
      assertThat(document.at("/verified/equalsCreated").booleanValue()).isTrue();
      assertThat(document.at("/verified/auditBroken").longValue(-1)).isZero();
      assertThat(document.at("/verified/deadlocks").longValue(-1)).isZero();
      Ending.Compared compared = result.compared().orElseThrow();
      assertThat(compared.captures()).isPositive();
      assertThat(compared.refunds()).isPositive();
      for (Provider provider : Provider.all()) {
        assertThat(result.counts()).containsKey("paid at " + provider.wire());
        assertThat(compared.byProvider().get(provider.wire()).matched())
            .as(provider.wire())
            .isPositive();
      }
      assertThat(result.counts())
          .containsKeys("paid", "cancelled", "refund of all taken", "refund of some taken");
    }
  }

  /** What could not be compared after half an hour of orders is the more worth looking at. */
  @Test
  void a_folder_that_shall_be_kept_is_kept_when_the_end_could_not_run() throws Exception {
    Kept kept = new Kept();
    new CommandLine(kept).parseArgs("--keep");
    List<Path> folders = new ArrayList<>();
    int exit =
        kept.options.run((_, rig, _) -> {
          folders.add(rig.folder());
          throw new ChaosFailure("the audit had no answer");
        });
    try {
      assertThat(exit).isEqualTo(1);
      assertThat(folders).hasSize(1);
      assertThat(folders.getFirst().resolve("data/postgres/data/PG_VERSION")).exists();
    } finally {
      for (Path folder : folders) {
        Folders.delete(folder);
      }
    }
  }

  @Command(name = "kept")
  private static final class Kept {
    @Mixin private TrialOptions options = new TrialOptions();
  }
}
