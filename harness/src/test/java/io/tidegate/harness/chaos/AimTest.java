package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two sides meet wherever the offset lies at which they do. */
final class AimTest {
  private static final int ROUNDS = 500;

  /** Rounds that are under way when another is aimed. */
  private static final int SIDE_BY_SIDE = 16;

  @ParameterizedTest
  @CsvSource({"0, 200", "0, 5000", "37000, 300", "-48000, 300", "96000, 2000"})
  void both_sides_win_often(long meetAtMicros, long noiseMicros) {
    Aim aim = new Aim(new Aim.Range(0, -50_000, 100_000), 1);
    SplittableRandom noise = new SplittableRandom(2);
    Deque<Boolean> underWay = new ArrayDeque<>();
    int first = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long offset = aim.next();
      boolean firstWins = offset > meetAtMicros + noise.nextLong(-noiseMicros, noiseMicros);
      first += firstWins ? 1 : 0;
      underWay.add(firstWins);
      if (underWay.size() > SIDE_BY_SIDE) {
        aim.won(underWay.remove());
      }
    }
    assertThat(first).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
  }

  @Test
  void offsets_stay_in_their_range_whoever_wins() {
    Aim aim = new Aim(new Aim.Range(0, -1_000, 2_000), 1);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(aim.next()).isBetween(-1_000L, 2_000L);
      aim.won(round < ROUNDS / 2);
    }
  }

  @Test
  void a_duel_that_one_side_as_good_as_always_wins_has_not_raced() {
    assertThat(score(950, 50, 0).hasRaced()).isTrue();
    assertThat(score(951, 49, 0).hasRaced()).isFalse();
    assertThat(score(0, 1_000, 0).hasRaced()).isFalse();
    assertThat(score(50, 50, 101).hasRaced()).as("most rounds did not count").isFalse();
    assertThat(score(0, 0, 0).hasRaced()).isFalse();
  }

  private static RaceBench.Score score(int first, int second, int missed) {
    return new RaceBench.Score("a/b", "a", first, "b", second, missed);
  }
}
