package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.bench.Durability;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What trials found is told by the names that all have, and says from where it counts. */
final class TrialReportsTest {
  private static final Requests.Told NOTHING = new Requests().told();
  private static final Outcome OUTCOME =
      new Outcome(3, 3, Optional.of(3L), Optional.of(0L), true, List.of());
  private static final Optional<String> ON = Optional.of("on");
  private static final AtEnd END =
      new AtEnd(
          new Durability(ON, ON, ON, Optional.of("ext4")),
          Optional.of(new EventLog(12, 1_500)),
          Optional.of(0L),
          List.of());

  private static KillBench.Round round(int healed, int fromKill) {
    return new KillBench.Round(
        Victim.PROGRAM,
        7,
        3,
        2,
        2,
        KillBench.Away.NEVER,
        Duration.ofSeconds(4),
        Duration.ofSeconds(5),
        Duration.ofSeconds(healed),
        Duration.ofSeconds(fromKill));
  }

  @Test
  void rest_is_told_from_the_kill_too_while_the_target_counts_from_the_first_order() {
    List<KillBench.Round> rounds = List.of(round(59, 63), round(20, 71));
    KillReport report =
        new KillReport(plan(2), new KillBench.Result(rounds, 0, NOTHING, OUTCOME, END, List.of()));
    assertThat(report.good()).isTrue();
    ObjectNode figures = Objects.requireNonNull(report.byVictim().get(Victim.PROGRAM.words()));
    assertThat(figures.path("healedMillisMax").longValue()).isEqualTo(59_000);
    assertThat(figures.path("fromKillMillisMax").longValue()).isEqualTo(71_000);
    assertThat(report.table()).contains("from the kill", " 71.0");
  }

  private static KillBench.Plan plan(int rounds) {
    return new KillBench.Plan(rounds, List.of(Victim.PROGRAM), 300, 1, Duration.ZERO, Healing.MAX);
  }

  private static boolean holds(JsonNode document, String check) {
    for (JsonNode one : document.at("/verified/checks")) {
      if (one.path("name").asString().equals(check)) {
        return one.path("holds").booleanValue();
      }
    }
    throw new AssertionError("no check " + check);
  }

  @Test
  void no_deadlocks_is_a_check_of_all() {
    KillBench.Result result =
        new KillBench.Result(List.of(round(1, 2)), 0, NOTHING, OUTCOME, END, List.of());
    JsonNode document = document(new KillReport(plan(1), result));
    assertThat(holds(document, "no_deadlocks")).isTrue();
    assertThat(document.at("/verified/deadlocks").longValue(-1)).isZero();
    assertThat(document.at("/verified/eventsInLog").longValue()).isEqualTo(12);
    assertThat(document.at("/durability/fsync").asString()).isEqualTo("on");
  }

  /** The worst that a trial can find is told with all that was found before. */
  @Test
  void a_system_that_did_not_come_back_has_a_document() {
    AtEnd gone = AtEnd.of("jdbc:nowhere", Optional.empty());
    KillBench.Result killed =
        new KillBench.Result(
            List.of(round(1, 2)), 0, NOTHING, Outcome.unread(3, 3), gone, gone.findings());
    KillReport kills = new KillReport(plan(2), killed);
    LongBench.Result lived =
        new LongBench.Result(
            Map.of("placed", 3L),
            Map.of(),
            List.of(),
            NOTHING,
            Outcome.unread(3, 3),
            Optional.empty(),
            gone,
            Duration.ofSeconds(9),
            Duration.ZERO,
            gone.findings());
    LongReport lives = new LongReport(new LongBench.Plan(3, 1, 4, 0, 1, Provider.all()), lived);
    for (TrialOptions.Report report : List.of(kills, lives)) {
      assertThat(report.good()).isFalse();
      assertThat(report.table()).contains("deadlocks are unknown");
      JsonNode document = document(report);
      assertThat(document.at("/result/created").longValue()).isEqualTo(3);
      assertThat(document.path("broken").longValue()).isEqualTo(gone.findings().size());
      assertThat(document.at("/verified/ordersInDatabase").isMissingNode()).isTrue();
      assertThat(document.path("targets")).isEmpty();
      assertThat(holds(document, "no_deadlocks")).isFalse();
      assertThat(holds(document, "rows_equal_created")).isFalse();
      assertThat(holds(document, "audit_finds_nothing_broken")).isFalse();
    }
    assertThat(lives.table()).contains("nothing was compared");
    assertThat(document(lives).path("result").properties().stream().map(Map.Entry::getKey))
        .contains("sent", "replayed", "refused", "shed", "failed", "created", "unknown");
    assertThat(document(lives).path("settings").has("offeredPerSecond"))
        .as("a closed loop offers no rate")
        .isFalse();
    assertThat(document(kills).path("rounds").intValue()).isEqualTo(1);
  }

  private static JsonNode document(TrialOptions.Report report) {
    return JsonMapper.shared().readTree(report.json(Instant.EPOCH, Optional.of("7")));
  }

  @Test
  void a_race_has_the_mode_and_connections_of_all() {
    ObjectNode settings = JsonMapper.shared().createObjectNode();
    new RaceReport(16, 1, new RaceBench.Result(List.of(), 8, NOTHING, OUTCOME, END, List.of()))
        .settings(settings);
    assertThat(settings.path("mode").asString()).isEqualTo("closed");
    assertThat(settings.path("connections").intValue()).isEqualTo(8);
  }

  @Test
  void sales_have_the_sections_of_all() {
    SaleDocument document = new SaleDocument(NOTHING, OUTCOME, END);
    assertThat(document.result().properties().stream().map(Map.Entry::getKey))
        .contains("sent", "replayed", "refused", "shed", "failed", "created", "unknown");
    assertThat(document.verified().path("equalsCreated").booleanValue()).isTrue();
    assertThat(document.verified().path("auditBroken").longValue(-1)).isZero();
    assertThat(document.verified().path("deadlocks").longValue(-1)).isZero();
  }

  @Test
  void a_log_tells_its_events_and_its_lag() {
    ObjectNode verified = JsonMapper.shared().createObjectNode();
    new EventLog(12, 1_500).into(verified);
    assertThat(verified).hasToString("{\"eventsInLog\":12,\"relayLagSeconds\":1.5}");
  }
}
