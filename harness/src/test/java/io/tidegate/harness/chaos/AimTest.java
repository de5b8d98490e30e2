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
    assertThat(score(950, 50, 0).hasRaced()).isTrue();
    assertThat(score(951, 49, 0).hasRaced()).isFalse();
    assertThat(score(0, 1_000, 0).hasRaced()).isFalse();
    assertThat(score(50, 50, 101).hasRaced()).as("most rounds did not count").isFalse();
    assertThat(score(0, 0, 0).hasRaced()).isFalse();
  }

  @Test
  void a_race_goes_on_until_each_side_has_its_share() {
    RaceBench.Rounds rounds = new RaceBench.Rounds(16, 300);
    assertThat(rounds.goOn(15, score(8, 7, 0))).as("in any case").isTrue();
    assertThat(rounds.goOn(16, score(8, 8, 0))).isFalse();
    assertThat(rounds.goOn(16, score(16, 0, 0))).as("one side won them all").isTrue();
    assertThat(rounds.goOn(30, score(29, 1, 0))).as("less than its share").isTrue();
    assertThat(rounds.goOn(20, score(19, 1, 0))).isFalse();
    assertThat(rounds.goOn(40, score(10, 9, 21))).as("most rounds did not count").isTrue();
    assertThat(rounds.goOn(300, score(299, 1, 0))).as("not for ever").isFalse();
    assertThat(RaceBench.Rounds.of(500).goOn(500, score(500, 0, 0))).isFalse();
  }

  /** A mark that lies far off costs one side the first rounds, and not the race. */
  @ParameterizedTest
  @CsvSource({"0, 8", "-48000, 8", "40000, 8", "0, 32"})
  void the_aim_finds_its_mark_before_the_rounds_are_over(long meetAtMicros, int sideBySide) {
    RaceBench.Rounds rounds = new RaceBench.Rounds(16, 300);
    for (int seed = 0; seed < 200; seed++) {
      Aim aim = new Aim(new Aim.Range(0, -50_000, 50_000), sideBySide, seed);
      SplittableRandom noise = new SplittableRandom(seed);
      Deque<Boolean> underWay = new ArrayDeque<>();
      int first = 0;
      int second = 0;
      for (int begun = 0; rounds.goOn(begun, score(first, second, 0)); begun++) {
        underWay.add(aim.next() > meetAtMicros + noise.nextLong(-2_000, 2_000));
        if (underWay.size() >= sideBySide) {
          boolean firstWins = underWay.remove();
          aim.won(firstWins);
          first += firstWins ? 1 : 0;
          second += firstWins ? 0 : 1;
        }
      }
      assertThat(score(first, second, 0).hasRaced()).as("seed " + seed).isTrue();
    }
  }

  private static RaceBench.Score score(int first, int second, int missed) {
    return new RaceBench.Score("a/b", "a", first, "b", second, missed);
  }
}
