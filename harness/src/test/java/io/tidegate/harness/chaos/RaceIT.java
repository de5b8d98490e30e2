package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Some rounds of the races about orders and their money on two nodes: one winner each, late and
 * second money back once, by our rows and by the books of the providers. Runs after the build has
 * packaged the program. Each side wins its share, as in {@code bench race}; while one is short of
 * it there are more rounds, since it takes the aim some to find its mark.
 */
@Tag("own-engine")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class RaceIT {
  /** In any case, and while a side is short of its share. */
  private static final RaceBench.Rounds ROUNDS = new RaceBench.Rounds(16, 300);

  private static final long SEED = 1;

  /** Each of the kinds about orders and payments once, and each of the providers. */
  private static final Set<String> NAMES =
      Set.of(
          "twin a/twin b",
          "place/price edit",
          "place last piece/stock edit",
          "pay/close",
          "pay/cancel",
          "refund/callback again",
          "pay alipay/pay wechat",
          "stripe callback a/callback b",
          "callback/visible",
          "wechat callback/answer",
          "alipay days late a/days late b",
          "wechat late callback/already paid",
          "stripe pay/said unpaid");

  @Test
  void money_has_one_winner_and_is_never_kept_for_a_dead_order() throws Exception {
    Tidegate tidegate = new Tidegate(Path.of(System.getProperty("tidegate.root"), "tidegate"));
    try (Rig rig = RaceCommand.started(tidegate, SEED, false)) {
      URI second =
          rig.secondNode(List.of("order.pay-window=" + Arena.SHORT_WINDOW.toSeconds() + "s"));
      List<String> tokens = tidegate.customers(rig.data(), 50, rig.folder().resolve("tokens"));
      List<String> skus = Goods.dear(rig.api());
      List<String> edited = skus.subList(0, PlaceDuels.skusNeeded());
      Wishes wishes = new Wishes(tokens, skus.subList(edited.size(), skus.size()), SEED, "race-it");
      Arena.Ground ground =
          new Arena.Ground(
              rig.api(),
              second,
              rig.simulators(),
              rig.database(),
              rig.secret(),
              tidegate.staff(rig.data()));
      try (EvidenceReader reader =
              new EvidenceReader(rig.database(), rig.simulators(), Provider.all());
          Arena arena = new Arena(ground, wishes, reader)) {
        RaceBench bench =
            new RaceBench(
                ROUNDS,
                SEED,
                arena,
                new Healing(tidegate, rig.data(), reader),
                reader,
                System.err::println);
        List<Duel> duels =
            Stream.of(PlaceDuels.all(arena, edited), PayDuels.all(arena), MoneyDuels.all(arena))
                .flatMap(List::stream)
                .filter(duel -> NAMES.contains(duel.name()))
                .toList();
        assertThat(duels).hasSameSizeAs(NAMES);
        RaceBench.Result result = bench.run(duels);
        assertThat(result.findings()).isEmpty();
        assertThat(result.deadlocks()).hasValue(0L);
        RaceReport report = new RaceReport(ROUNDS.least(), SEED, result);
        JsonNode document = JsonMapper.shared().readTree(report.json(Instant.now(), rig.version()));
        assertThat(document.path("winners")).hasSameSizeAs(NAMES);
        assertThat(document.at("/result/created").longValue()).isPositive();
        assertThat(document.at("/result/sent").longValue())
            .isGreaterThan(document.at("/result/created").longValue());
        assertThat(document.at("/verified/ordersInDatabase").longValue())
            .isEqualTo(document.at("/result/created").longValue());
        assertThat(document.at("/verified/equalsCreated").booleanValue()).isTrue();
        assertThat(document.at("/verified/auditBroken").longValue(-1)).isZero();
        assertThat(document.at("/verified/deadlocks").longValue(-1)).isZero();
        assertThat(document.at("/settings/mode").asString()).isEqualTo("closed");
        assertThat(document.at("/settings/connections").intValue()).isGreaterThan(1);
        assertThat(document.at("/verified/eventsInLog").longValue()).isPositive();
        assertThat(document.at("/result/latencyMs/p99").doubleValue()).isPositive();
        assertThat(document.path("targets")).hasSize(4);
        assertThat(result.scores())
            .allSatisfy(
                score -> assertThat(score.raced()).isGreaterThanOrEqualTo(ROUNDS.least() / 2));
        assertThat(result.scores())
            .allSatisfy(score ->
                assertThat(score.leastShare()).isGreaterThanOrEqualTo(RaceBench.SHARE_MIN));
        assertThat(document.path("targets"))
            .allSatisfy(target -> assertThat(target.path("met").booleanValue()).isTrue());
      }
    }
  }
}
