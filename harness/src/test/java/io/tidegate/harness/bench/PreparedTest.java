package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is prepared for loads has room, and is good still when it is sent; else it is refused. */
final class PreparedTest {
  private static Plan plan(Load.Pace pace, int seconds, int warmup, long orders) {
    return new Plan(
        pace,
        64,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmup),
        new Plan.Goods(10_000, 2, Skew.UNIFORM),
        10_000,
        orders,
        Pairs.PAIRS_MIN,
        true,
        true,
        new Plan.Flash(1_000, 300, 1, 0));
  }

  private static Plan open(double rate, int seconds) {
    return plan(new Load.AtRate(rate), seconds, 30, 0);
  }

  private static Plan closed(int seconds) {
    return plan(new Load.AsAnswered(), seconds, 30, 0);
  }

  private static void isStale(String provider, Plan plan) {
    assertThat(new CallbackBench(provider).refusal(plan).orElse(""))
        .startsWith("callback signs its notices before each load: the last of ")
        .endsWith(" s old, and one of " + provider + " is refused after 300 s");
  }

  /** The last ones of each load would be refused, and an hour later all were BROKEN. */
  @ParameterizedTest
  @ValueSource(strings = {"sandbox", "stripe", "wechat"})
  void notices_that_would_be_stale_when_they_are_sent_are_refused(String provider) {
    isStale(provider, open(500, 400));
    isStale(provider, open(500, 280));
    isStale(provider, plan(new Load.AtRate(500), 20, 400, 0));
  }

  /** A signature by RSA takes as long as two callbacks. */
  @Test
  void the_time_that_signing_takes_is_a_part_of_their_age() {
    isStale("wechat", open(500, 200));
    isStale("wechat", closed(100));
    isStale("wechat", open(2_000, 120));
  }

  @ParameterizedTest
  @CsvSource({"sandbox, 270", "stripe, 270", "wechat, 180", "alipay, 280", "alipay, 600"})
  void notices_that_are_fresh_still_are_not(String provider, int seconds) {
    assertThat(new CallbackBench(provider).refusal(open(500, seconds))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sandbox", "stripe", "wechat", "alipay"})
  void what_is_done_unasked_is_not(String provider) {
    CallbackBench bench = new CallbackBench(provider);
    assertThat(bench.refusal(open(500, 20))).isEmpty();
    assertThat(bench.refusal(closed(20))).isEmpty();
  }

  private static String effects(Plan plan) {
    return new EffectsBench().refusal(plan).orElse("");
  }

  /** Those are signed as they are sent. */
  @Test
  void a_backlog_that_is_not_drained_in_time_is_refused_and_no_long_load_after_it() {
    Load.Pace pace = new Load.AtRate(500);
    assertThat(effects(plan(pace, 400, 0, 60_000))).isEmpty();
    assertThat(effects(plan(pace, 20, 0, 1_000_000))).isEmpty();
    assertThat(effects(plan(pace, 20, 0, 2_000_000)))
        .isEqualTo(
            "--orders 2000000 are too many for effects:"
                + " a backlog of at most 1000000 is drained in 10 minutes");
  }

  /** Tests have as much memory as the program. */
  @Test
  void what_memory_has_no_room_for_is_refused() {
    assertThat(new PayBench().refusal(plan(new Load.AsAnswered(), 20, 30, 35_000_000)).orElse(""))
        .matches(
            "pay prepares 35000000 unpaid orders,"
                + " and [0-9]+ MiB of memory \\(TIDEGATE_JAVA_OPTS\\) are enough for [0-9]+ of them");
    assertThat(effects(plan(new Load.AtRate(1_000), 35_000, 0, 0)))
        .startsWith("effects prepares 35000001 unpaid orders, and ");
    assertThat(new CallbackBench("alipay").refusal(open(1_000, 2_000)).orElse(""))
        .as("a notice takes more than its order")
        .startsWith("callback prepares 2000001 unpaid orders, and ");
    assertThat(effects(plan(new Load.AtRate(1_000), 2_000, 0, 0))).isEmpty();
  }
}
