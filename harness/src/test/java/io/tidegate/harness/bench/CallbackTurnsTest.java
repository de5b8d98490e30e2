package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Callbacks are compared between loads that begin alike, the well ones beside nothing else. */
final class CallbackTurnsTest {
  private static final Duration LENGTH = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** What a shop that runs has waiting for ever, and what each load leaves. */
  private static final long BEFORE = 3;

  private static final long LEFT = 900;

  private static final List<String> WELL = List.of("all well", "closed loop, counted");

  private final Report report = new Report("callback", Instant.EPOCH);
  private final List<String> steps = new ArrayList<>();
  private final List<Long> besideWell = new ArrayList<>();
  private long open = BEFORE;
  private boolean stands;

  /** Parcels go their way while they are looked at. */
  private final class Shop implements CallbackTurns.Steps {
    @Override
    public Optional<Long> open() {
      long told = open;
      if (!stands) {
        open = Math.max(BEFORE, open - LEFT / 2);
      }
      return Optional.of(told);
    }

    @Override
    public boolean drain() {
      steps.add("drain");
      return true;
    }

    @Override
    public void prepare(Duration length) {
      assertThat(length).isEqualTo(LENGTH);
      steps.add("prepare");
    }

    @Override
    public double load(String phase, Duration length, boolean counted) {
      assertThat(length).isEqualTo(LENGTH);
      assertThat(counted).isEqualTo(phase.endsWith(", counted"));
      if (WELL.contains(phase)) {
        besideWell.add(open);
      }
      open += LEFT;
      steps.add(phase);
      return steps.size();
    }

    @Override
    public void forget() {
      steps.add("forget");
    }

    @Override
    public void stall() {
      steps.add("stall");
    }

    @Override
    public void heal() {
      steps.add("heal");
    }

    @Override
    public void say(String what) {
      steps.add("say");
    }
  }

  private List<String> loads() {
    List<String> others = List.of("drain", "prepare", "forget", "say");
    return steps.stream().filter(step -> !others.contains(step)).toList();
  }

  @Test
  void a_well_load_has_nothing_beside_it_of_the_warm_up_or_of_one_that_was_stalled()
      throws Exception {
    CallbackTurns turns = new CallbackTurns(new Shop(), LONG);
    turns.warmUp(LENGTH);
    assertThat(turns.pairs(2, LENGTH)).hasSize(2).allMatch(pair -> pair.well() < pair.stalled());
    assertThat(besideWell).containsExactly(BEFORE, BEFORE);
    assertThat(turns.left(report)).isEmpty();
    assertThat(loads())
        .containsExactly(
            "warm-up",
            "all well",
            "stall",
            "all at 30 s",
            "heal",
            "all well",
            "stall",
            "all at 30 s, counted",
            "heal");
    assertThat(steps).containsSubsequence("warm-up", "forget", "all well");
  }

  @Test
  void what_a_warm_up_has_left_beside_the_first_one_is_told() throws Exception {
    stands = true;
    CallbackTurns turns = new CallbackTurns(new Shop(), Duration.ZERO);
    turns.warmUp(LENGTH);
    turns.pairs(1, LENGTH);
    assertThat(besideWell).containsExactly(BEFORE + LEFT);
    assertThat(turns.left(report)).contains("900 parcels and messages");
  }

  @Test
  void all_loads_begin_alike() throws Exception {
    CallbackTurns turns = new CallbackTurns(new Shop(), LONG);
    turns.warmUp(LENGTH);
    turns.pairs(3, LENGTH);
    turns.counted("closed loop, counted", LENGTH);
    int loads = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).matches("warm-up|all .*|closed loop, counted")) {
        assertThat(steps.subList(i - 2, i)).containsExactly("prepare", "drain");
        loads++;
      }
    }
    assertThat(loads).isEqualTo(8);
  }

  @Test
  void as_fast_as_answers_come_has_nothing_beside_it_either() throws Exception {
    CallbackTurns turns = new CallbackTurns(new Shop(), LONG);
    turns.warmUp(LENGTH);
    turns.counted("closed loop, counted", LENGTH);
    assertThat(besideWell).containsExactly(BEFORE);
    assertThat(turns.left(report)).isEmpty();
  }

  @Test
  void what_a_warm_up_has_left_beside_a_closed_loop_is_told() throws Exception {
    stands = true;
    CallbackTurns turns = new CallbackTurns(new Shop(), Duration.ZERO);
    turns.warmUp(LENGTH);
    turns.counted("closed loop, counted", LENGTH);
    assertThat(turns.left(report)).contains("900 parcels and messages");
  }
}
