package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sales whose nodes are killed have a document as all benches have. */
final class FlashBenchTest {
  private static final Optional<String> ON = Optional.of("on");

  private static ObjectNode json(String name, long value) {
    return JsonMapper.shared().createObjectNode().put(name, value);
  }

  private static SaleKills.Outcome outcome() {
    return new SaleKills.Outcome(
        Optional.of("7"),
        new SaleKills.Told(
            new Durability(ON, ON, ON, Optional.of("ext4")),
            json("connections", 256),
            json("sent", 900),
            json("auditBroken", 0)),
        List.of(new SaleKills.Killed("program", 33, 40, 110, 120, 2.5, 61)),
        120,
        8,
        8,
        Map.of("lost", 0L, "doubled", 0L),
        List.of());
  }

  /** Nobody may be there to stop it. */
  @Test
  void a_sale_is_open_for_what_is_measured_in_it_and_not_for_hours() {
    Plan plan =
        SampleReport.plan().withLength(Duration.ofSeconds(20)).withWarmup(Duration.ofSeconds(30));
    assertThat(SaleStand.openFor(plan))
        .isBetween(Duration.ofSeconds(30 + 2 * 20), Duration.ofMinutes(15));
  }

  @Test
  void killed_sales_are_told_by_the_names_that_all_benches_have() throws Exception {
    List<String> handed = new ArrayList<>();
    FlashBench flash =
        new FlashBench((_, settings, _) -> {
          handed.addAll(settings);
          return outcome();
        });
    Plan plan = Plan.ofKills(new Plan.Flash(100, 1, 2, 1), 300);
    Report report =
        flash.run(
            new Bench(plan, new Bench.Target.Own(List.of("a.b=c")), new Progress.Phases(true)));
    assertThat(handed).containsExactly("a.b=c");
    assertThat(report.good()).isTrue();
    ObjectNode document = report.json();
    assertThat(document.at("/settings/connections").intValue()).isEqualTo(256);
    assertThat(document.at("/durability/fsync").asString()).isEqualTo("on");
    assertThat(document.at("/result/sent").intValue()).isEqualTo(900);
    assertThat(document.at("/verified/auditBroken").intValue(-1)).isZero();
    assertThat(document.path("rounds").intValue()).isEqualTo(1);
    assertThat(document.path("inFlightAtKill")).hasSize(1);
    assertThat(document.path("unknownResolved").intValue()).isEqualTo(8);
    assertThat(document.path("lost").intValue(-1)).isZero();
    assertThat(document.path("doubled").intValue(-1)).isZero();
  }
}
