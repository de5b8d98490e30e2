package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class SteadyTest {
  private static final Steady.Both WARM = new Steady.Both(after("9 9 9"), after("9 9 9"));

  /** One that has had these warm-ups, or as many of them as it wanted. */
  private static Steady after(String speeds) {
    Steady steady = new Steady();
    for (String speed : speeds.split(" ")) {
      if (!steady.wantsMore(Double.parseDouble(speed))) {
        break;
      }
    }
    return steady;
  }

  /** What hides nothing. */
  static Steady.Both warm() {
    return WARM;
  }

  /** What got faster until nobody waited any longer, beside few orders. */
  static Steady.Both cold() {
    return new Steady.Both(after("100 110 121 133 146 161"), after("9 9 9"));
  }

  /** A first warm-up is never enough, and a slow one says nothing: the next one is looked at. */
  @ParameterizedTest
  @CsvSource({
    "100 104 104, 3",
    "100 100 100, 3",
    "100 90 90, 3",
    "100 90 130 131 129, 5",
    "100 106 105 107, 4",
    "100 104 108 109 108, 5",
    "100 150 200 209 205, 5",
    "100 200 300 400 410 420, 6",
    "NaN 100 100 100, 4"
  })
  void warms_up_until_two_in_a_row_were_hardly_faster(String speeds, int warmups) {
    Steady steady = after(speeds);
    assertThat(steady.done()).isEqualTo(warmups);
    assertThat(steady.steady()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "100 200 300 400 500 600 700 800, 6",
    "100 110 121 133 146 161, 6",
    "100 90 130 120 150 140, 6",
    "100 90 120 110 140 200, 6",
    "0 0 0, 2",
    "NaN NaN NaN, 2",
    "Infinity Infinity Infinity, 2"
  })
  void is_not_steady_where_that_was_not_seen(String speeds, int warmups) {
    Steady steady = after(speeds);
    assertThat(steady.done()).isEqualTo(warmups);
    assertThat(steady.steady()).isFalse();
  }

  @Test
  void does_not_go_on_for_ever() {
    Steady steady = new Steady();
    long more = IntStream.range(1, 100).filter(n -> steady.wantsMore(Math.pow(2, n))).count();
    assertThat(more).isEqualTo(Steady.WARMUPS_MAX - 1);
  }

  @Test
  void either_of_two_that_was_not_steady_is_a_reason_to_judge_nothing() {
    Steady climbs = after("100 110 121 133 146 161");
    Steady good = after("100 100 100");
    assertThat(new Steady.Both(good, good).hidden()).isEmpty();
    assertThat(new Steady.Both(climbs, good).hidden())
        .isEqualTo("beside few orders it was not steady after 6 warm-ups");
    assertThat(new Steady.Both(good, climbs).hidden())
        .isEqualTo("beside many orders it was not steady after 6 warm-ups");
    ObjectNode told = JsonMapper.shared().createObjectNode();
    new Steady.Both(climbs, good).tell(told);
    assertThat(Stream.of("warmupsFew", "warmupsMany").map(told::path))
        .extracting(node -> node.asInt())
        .containsExactly(6, 3);
  }
}
