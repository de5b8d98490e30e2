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

  @ParameterizedTest
  @CsvSource({
    "0, 200, 1",
    "0, 5000, 8",
    "37000, 300, 1",
    "37000, 300, 16",
    "-48000, 300, 8",
    "96000, 2000, 16",
    "-20000, 10000, 32"
  })
  void both_sides_win_often(long meetAtMicros, long noiseMicros, int sideBySide) {
    Aim aim = new Aim(new Aim.Range(0, -50_000, 100_000), sideBySide, 1);
    SplittableRandom noise = new SplittableRandom(2);
    Deque<Boolean> underWay = new ArrayDeque<>();
    int first = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long offset = aim.next();
      boolean firstWins = offset > meetAtMicros + noise.nextLong(-noiseMicros, noiseMicros);
      first += firstWins ? 1 : 0;
      underWay.add(firstWins);
      if (underWay.size() >= sideBySide) {
        aim.won(underWay.remove());
      }
    }
    assertThat(first).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
  }

  /**
   * Where the second side wins only between two offsets, and below the lower one nobody does, as
   * when the provider has closed what is to be paid: rounds that are under way must not carry the
   * aim across it.
   */
  @Test
  void a_narrow_place_to_meet_is_not_jumped_over() {
    Aim aim = new Aim(new Aim.Range(0, -350_000, 500_000), 32, 1);
    Deque<Boolean> underWay = new ArrayDeque<>();
    int second = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long offset = aim.next();
      boolean missed = offset < -250_000;
      second += !missed && offset < -100_000 ? 1 : 0;
      underWay.add(offset >= -100_000);
      if (underWay.size() >= 32) {
        aim.won(underWay.remove());
      }
    }
    assertThat(second).isGreaterThan(ROUNDS / 5);
  }

  @Test
  void offsets_stay_in_their_range_whoever_wins() {
    Aim aim = new Aim(new Aim.Range(0, -1_000, 2_000), 1, 1);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(aim.next()).isBetween(-1_000L, 2_000L);
      aim.won(round < ROUNDS / 2);
    }
  }

  @Test
  void a_duel_that_one_side_as_good_as_always_wins_has_not_raced() {
    assertThat(score(950, 50, 0).hasRaced(RaceBench.SHARE_MIN)).isTrue();
    assertThat(score(951, 49, 0).hasRaced(RaceBench.SHARE_MIN)).isFalse();
    assertThat(score(0, 1_000, 0).hasRaced(RaceBench.SHARE_MIN)).isFalse();
    assertThat(score(50, 50, 101).hasRaced(RaceBench.SHARE_MIN))
        .as("most rounds did not count")
        .isFalse();
    assertThat(score(0, 0, 0).hasRaced(RaceBench.SHARE_MIN)).isFalse();
  }

  private static RaceBench.Score score(int first, int second, int missed) {
    return new RaceBench.Score("a/b", "a", first, "b", second, missed);
  }
}
