package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What trials found is told by the names that all have, and says from where it counts. */
final class TrialReportsTest {
  private static final Requests.Told NOTHING = new Requests().told();
  private static final Outcome OUTCOME = new Outcome(3, 3, 3, 0, true);

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
        new KillReport(
            new KillBench.Plan(2, List.of(Victim.PROGRAM), 300, 1, Duration.ZERO),
            new KillBench.Result(rounds, 0, NOTHING, OUTCOME, List.of()));
    assertThat(report.good()).isTrue();
    ObjectNode figures = Objects.requireNonNull(report.byVictim().get(Victim.PROGRAM.words()));
    assertThat(figures.path("healedMillisMax").longValue()).isEqualTo(59_000);
    assertThat(figures.path("fromKillMillisMax").longValue()).isEqualTo(71_000);
    assertThat(report.table()).contains("from the kill", " 71.0");
  }

  @Test
  void a_race_has_the_mode_and_connections_of_all() {
    ObjectNode settings = JsonMapper.shared().createObjectNode();
    new RaceReport(16, 1, new RaceBench.Result(List.of(), 8, NOTHING, OUTCOME, 0, List.of()))
        .settings(settings);
    assertThat(settings.path("mode").asString()).isEqualTo("closed");
    assertThat(settings.path("connections").intValue()).isEqualTo(8);
  }

  @Test
  void sales_have_the_sections_of_all() {
    SaleDocument document =
        new SaleDocument(new Told().history, NOTHING, 3, new Healing.Audited(0, true, List.of()));
    assertThat(document.result().properties().stream().map(Map.Entry::getKey))
        .contains("sent", "replayed", "refused", "shed", "failed", "created", "unknown");
    assertThat(document.verified().path("equalsCreated").booleanValue()).isTrue();
    assertThat(document.verified().path("auditBroken").longValue(-1)).isZero();
  }

  @Test
  void a_log_tells_its_events_and_its_lag() {
    ObjectNode verified = JsonMapper.shared().createObjectNode();
    new EventLog(12, 1_500).into(verified);
    assertThat(verified).hasToString("{\"eventsInLog\":12,\"relayLagSeconds\":1.5}");
  }
}
