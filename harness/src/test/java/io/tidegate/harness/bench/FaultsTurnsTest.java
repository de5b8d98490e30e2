package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Placing with faults is held against placing that has nothing beside it of what faults left. */
final class FaultsTurnsTest {
  private static final Duration LENGTH = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** What a shop that runs has waiting for ever, and what each load leaves. */
  private static final long BEFORE = 3;

  private static final long LEFT = 900;

  private final Report report = new Report("faults", Instant.EPOCH);
  private final List<String> steps = new ArrayList<>();
  private final List<Long> besideWell = new ArrayList<>();
  private long open = BEFORE;
  private boolean ill;
  private boolean stands;
  private boolean tells = true;

  /** Parcels and payments go their way while they are looked at, unless all are ill. */
  private final class Shop implements FaultsTurns.Steps {
    @Override
    public Optional<Long> open() {
      long told = open;
      if (!stands && !ill) {
        open = Math.max(BEFORE, open - LEFT);
      }
      return tells ? Optional.of(told) : Optional.empty();
    }

    @Override
    public boolean drain() {
      return true;
    }

    /** Twice as slow where something is left, and a little slower where all are ill. */
    @Override
    public double load(String phase, Duration length) {
      assertThat(length).isEqualTo(LENGTH);
      double p99 = ill ? 10.5 : open > BEFORE ? 20 : 10;
      if (phase.equals("all well")) {
        besideWell.add(open);
      }
      open += LEFT;
      steps.add(phase);
      return p99;
    }

    @Override
    public void forget() {
      steps.add("forget");
    }

    @Override
    public void stall() {
      ill = true;
      steps.add("stall");
    }

    @Override
    public void fail() {
      steps.add("fail");
    }

    @Override
    public void heal() {
      ill = false;
      steps.add("heal");
    }

    @Override
    public void say(String what) {}
  }

  @Test
  void a_well_load_has_nothing_beside_it_of_the_warm_up_or_of_those_that_were_ill()
      throws Exception {
    FaultsTurns turns = new FaultsTurns(new Shop(), LONG);
    turns.warmUp(LENGTH);
    FaultsTurns.Turn turn = new FaultsTurns.Turn(10, 10.5, 10.5);
    assertThat(turns.turns(2, LENGTH)).containsExactly(turn, turn);
    assertThat(besideWell).containsExactly(BEFORE, BEFORE);
    assertThat(turns.left(report)).isEmpty();
    assertThat(steps)
        .startsWith("warm-up", "forget")
        .containsSubsequence(
            "all well",
            "stall",
            "all at 30 s",
            "fail",
            "all fail",
            "heal",
            "all well",
            "stall",
            "all at 30 s",
            "fail",
            "all fail",
            "heal");
  }

  private List<Report.Target> judged(FaultsTurns turns) throws Exception {
    turns.warmUp(LENGTH);
    List<FaultsTurns.Turn> ran = turns.turns(Pairs.PAIRS_MIN, LENGTH);
    FaultsBench.targets(report, ran, turns.left(report));
    return report.targets();
  }

  @Test
  void what_is_left_beside_a_well_load_makes_no_target_met() throws Exception {
    stands = true;
    assertThat(judged(new FaultsTurns(new Shop(), Duration.ZERO)))
        .hasSize(2)
        .allMatch(target -> target.got() < 1)
        .noneMatch(Report.Target::met)
        .allMatch(target -> target.hidden().contains("parcels, messages and payments of loads"));
    assertThat(report.json().at("/downstream/leftBeforeAWellLoadMax").asLong())
        .isEqualTo((1 + 3 * (Pairs.PAIRS_MIN - 1)) * LEFT);
  }

  @Test
  void what_nobody_tells_may_be_beside_it() throws Exception {
    tells = false;
    stands = true;
    assertThat(judged(new FaultsTurns(new Shop(), Duration.ZERO)))
        .hasSize(2)
        .noneMatch(Report.Target::met)
        .allMatch(target -> target.hidden().endsWith("was not told"));
  }

  @Test
  void loads_that_begin_alike_are_judged() throws Exception {
    assertThat(judged(new FaultsTurns(new Shop(), LONG))).hasSize(2).allMatch(Report.Target::met);
    assertThat(report.json().at("/pairs/4/b").asDouble()).isEqualTo(10.5);
    assertThat(report.json().at("/failingPairs").size()).isEqualTo(Pairs.PAIRS_MIN);
  }
}
