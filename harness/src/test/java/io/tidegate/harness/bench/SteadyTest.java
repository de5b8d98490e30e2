package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteadyTest {

  /** A first warm-up is never enough: nothing says whether it was slow. */
  @ParameterizedTest
  @CsvSource({
    "100 104, 2",
    "100 100, 2",
    "100 90, 2",
    "100 106 110, 3",
    "100 150 200 209, 4",
    "100 200 300 400 500 600 700 800, 6",
    "0 0, 1",
    "NaN 100, 1"
  })
  void warms_up_until_it_is_hardly_faster(String speeds, int warmups) {
    Steady steady = new Steady();
    for (String speed : speeds.split(" ")) {
      if (!steady.wantsMore(Double.parseDouble(speed))) {
        break;
      }
    }
    assertThat(steady.done()).isEqualTo(warmups);
  }

  @Test
  void does_not_go_on_for_ever() {
    Steady steady = new Steady();
    long more = IntStream.range(1, 100).filter(n -> steady.wantsMore(Math.pow(2, n))).count();
    assertThat(more).isEqualTo(Steady.WARMUPS_MAX - 1);
  }
}
