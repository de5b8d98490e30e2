package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * kill -9 of everything at once under load, and of PostgreSQL alone: every acknowledged order is
 * there once, every unknown one is settled by its key, and the audit is clean, at rest, in the end.
 * Then the broker is killed as often as it comes back, for a while: orders go on, and each of their
 * effects is there, once. In how many seconds says the document; that it is 60 at most, {@code
 * bench kill} judges. Runs after the build has packaged the program.
 */
@Tag("own-engine")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class KillIT {
  private static final int CLIENTS = 60;

  /** A build beside others is slow; what is lost stays away, however long one waits. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Enough that everything meets it; minutes are for who asks for them. */
  private static final Duration AWAY =
      Duration.ofSeconds(Integer.getInteger("tidegate.away.seconds", 20));

  @Test
  void what_was_acknowledged_survives_a_kill_of_everything() throws Exception {
    Tidegate tidegate = new Tidegate(Path.of(System.getProperty("tidegate.root"), "tidegate"));
    try (Rig rig = new Rig(tidegate, List.of("demo.skus=1001"));
        HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      List<String> tokens = tidegate.customers(rig.data(), 50, rig.folder().resolve("tokens"));
      Wishes wishes = new Wishes(tokens, Goods.dear(rig.api()), 1, "test");
      List<Victim> victims = List.of(Victim.ALL, Victim.POSTMASTER, Victim.BROKER);
      KillBench.Plan plan = new KillBench.Plan(3, victims, CLIENTS, 1, AWAY, PATIENCE);
      KillBench.Result result =
          new KillBench(plan, tidegate, rig, door, wishes, System.err::println).run();
      assertThat(result.findings()).isEmpty();
      assertThat(result.rounds()).extracting(KillBench.Round::victim).isEqualTo(victims);
      assertThat(result.rounds())
          .allSatisfy(round -> {
            assertThat(round.inFlight()).isPositive();
            assertThat(round.resolved()).isEqualTo(round.unknown());
          });
      assertThat(result.rounds().getFirst().unknown())
          .as("requests that the kill of everything cut off")
          .isPositive();
      KillBench.Away away = result.rounds().getLast().away();
      assertThat(away.placed()).as("orders without a broker").isPositive();
      assertThat(away.paid()).as("payments without a broker").isPositive();
      assertThat(away.unsent()).as("events that waited").isGreaterThanOrEqualTo(away.placed());
      JsonNode document =
          JsonMapper.shared()
              .readTree(new KillReport(plan, result).json(Instant.now(), rig.version()));
      assertThat(document.at("/result/created").longValue()).isPositive();
      assertThat(document.at("/result/sent").longValue())
          .isGreaterThan(document.at("/result/created").longValue());
      assertThat(document.at("/verified/ordersInDatabase").longValue())
          .isEqualTo(document.at("/result/created").longValue());
      assertThat(document.at("/verified/equalsCreated").booleanValue()).isTrue();
      assertThat(document.at("/verified/auditBroken").longValue(-1)).isZero();
      assertThat(document.at("/verified/deadlocks").longValue(-1)).isZero();
      assertThat(document.at("/verified/eventsInLog").longValue()).isPositive();
      assertThat(document.at("/verified/relayLagSeconds").doubleValue()).isNotNegative();
      assertThat(document.at("/result/latencyMs/p99").doubleValue()).isPositive();
      assertThat(document.at("/durability/fsync").asString()).isEqualTo("on");
      assertThat(document.at("/atRest/secondsFromKillMax").doubleValue())
          .isGreaterThan(document.at("/atRest/secondsMax").doubleValue());
      assertThat(document.path("inFlightAtKill")).hasSize(3);
      assertThat(document.path("targets"))
          .extracting(target -> target.path("name").asString())
          .containsExactlyInAnyOrder("lost", "doubled", "audit_clean_after_seconds");
      assertThat(document.path("targets"))
          .filteredOn(target -> !target.path("name").asString().equals("audit_clean_after_seconds"))
          .allSatisfy(target -> assertThat(target.path("met").booleanValue()).isTrue());
      assertThat(document.at("/verified/checks"))
          .isNotEmpty()
          .allSatisfy(check -> assertThat(check.path("holds").booleanValue()).isTrue());
    }
  }
}
