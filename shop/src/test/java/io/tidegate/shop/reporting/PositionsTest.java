package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.reporting.Positions.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionsTest {

  @Test
  void neighboursAreOneRange() {
    Positions some = Positions.of(new long[] {9, 3, 4, 5, 11, 10, 3});
    assertThat(some.ranges()).containsExactly(new Range(3, 6), new Range(9, 12));
    assertThat(some.text()).isEqualTo("{[3,6),[9,12)}");
    assertThat(Positions.parse(some.text())).isEqualTo(some);
    assertThat(Positions.parse("{}")).isEqualTo(Positions.NONE);
    assertThat(Positions.NONE.text()).isEqualTo("{}");
  }

  @Test
  void aUnionFillsGaps() {
    Positions odd = Positions.of(new long[] {1, 3, 5});
    Positions even = Positions.of(new long[] {2, 4, 8});
    assertThat(Positions.union(List.of(odd, even)).ranges())
        .containsExactly(new Range(1, 6), new Range(8, 9));
  }

  @Test
  void itKnowsWhatIsInIt() {
    Positions some = Positions.of(new long[] {1, 2, 7, 20});
    for (long position = 0; position < 25; position++) {
      assertThat(some.has(position))
          .as("%d", position)
          .isEqualTo(List.of(1L, 2L, 7L, 20L).contains(position));
    }
    assertThat(some.spans(4)).containsExactly(new Range(1, 8), new Range(20, 21));
    assertThat(some.spans(0)).hasSize(3);
  }
}
