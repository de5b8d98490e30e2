package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.testing.Script;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A system that goes away in the middle of races is found, and told with what was found before. */
final class RaceBenchTest {
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
  private static final int ROUNDS = 100;

  @TempDir private Path place;

  /** Finds something in its first round or nothing, and cannot be made ready after some. */
  private record Fails(int goodRounds, boolean finds, AtomicInteger begun, AtomicInteger ended)
      implements Duel {
    Fails(int goodRounds) {
      this(goodRounds, true);
    }

    Fails(int goodRounds, boolean finds) {
      this(goodRounds, finds, new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public String first() {
      return "one";
    }

    @Override
    public String second() {
      return "other";
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -1_000, 1_000);
    }

    @Override
    public void begin() throws ChaosFailure {
      if (goodRounds < 0) {
        throw new ChaosFailure("nothing is there");
      }
    }

    @Override
    public void end() {
      ended.incrementAndGet();
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure {
      int round = begun.incrementAndGet();
      if (round > goodRounds) {
        throw new ChaosFailure("the system is gone");
      }
      Answer done = Told.done("number", "7");
      return new Given(
          () -> done,
          () -> done,
          (_, _, findings) -> {
            if (finds && round == 1) {
              findings.add(Finding.doubled("two winners"));
            }
            return Winner.FIRST;
          });
    }
  }

  private RaceBench.Result raced(List<Duel> duels) throws Exception {
    Tidegate script = new Tidegate(Script.launcher(place, "#!/bin/sh\nexit 1\n"));
    Wishes wishes = new Wishes(List.of("token"), List.of("A", "B"), 1, "gone");
    Arena.Ground ground = new Arena.Ground(NOWHERE, NOWHERE, NOWHERE, "", "unknown", "");
    try (EvidenceReader reader = new EvidenceReader("jdbc:nowhere", NOWHERE);
        Arena arena = new Arena(ground, wishes, reader)) {
      Healing healing = new Healing(script, place, reader, Duration.ZERO);
      return new RaceBench(
              RaceBench.Rounds.of(ROUNDS), 1, arena, healing, reader, System.err::println)
          .run(duels);
    }
  }

  @Test
  void what_was_found_before_it_went_away_is_told() throws Exception {
    Fails fails = new Fails(2);
    Fails never = new Fails(ROUNDS);
    RaceBench.Result result = raced(List.of(fails, never));
    assertThat(result.findings())
        .extracting(Finding::toString)
        .contains(
            "DOUBLED: two winners",
            "BROKEN: one/other broke off: the system is gone",
            "BROKEN: 1 races after it were not run")
        .anyMatch(line -> line.startsWith("BROKEN: in the end: "))
        .anyMatch(line -> line.contains("deadlocks are unknown"))
        .noneMatch(line -> line.contains("never raced"));
    assertThat(fails.ended()).as("what it changed is put back").hasValue(1);
    assertThat(never.begun()).hasValue(0);
    assertThat(result.scores()).singleElement().returns(2, RaceBench.Score::firstWon);
    RaceReport report = new RaceReport(ROUNDS, 1, result);
    assertThat(report.good()).isFalse();
    JsonNode document = JsonMapper.shared().readTree(report.json(Instant.EPOCH, Optional.of("7")));
    assertThat(document.path("doubled").intValue()).isEqualTo(1);
    assertThat(document.path("rounds").intValue()).isEqualTo(2);
    assertThat(document.at("/verified/ordersInDatabase").isMissingNode()).isTrue();
    assertThat(report.table()).contains("two winners");
  }

  @Test
  void what_cannot_begin_could_not_be_run() {
    Fails fails = new Fails(-1);
    assertThatThrownBy(() -> raced(List.of(fails)))
        .isInstanceOf(ChaosFailure.class)
        .hasMessage("before anything was raced: nothing is there");
    assertThat(fails.ended()).as("what it may have changed is put back").hasValue(1);
  }

  /** Has begun with one of two things when it fails; its end wants both. */
  private record Half(List<String> begun, List<String> ended) implements Duel {
    @Override
    public String first() {
      return "half";
    }

    @Override
    public String second() {
      return "other";
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -1_000, 1_000);
    }

    @Override
    public void begin() throws ChaosFailure {
      begun.add("one");
      throw new ChaosFailure("the other is not to be had");
    }

    @Override
    public void end() {
      ended.add(begun.get(0));
      ended.add(begun.get(1));
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) {
      throw new IllegalStateException("it has not begun");
    }
  }

  @Test
  void a_beginning_that_fails_half_way_is_put_back_as_far_as_it_came() throws Exception {
    Half half = new Half(new ArrayList<>(), new ArrayList<>());
    RaceBench.Result result = raced(List.of(new Fails(ROUNDS), half));
    assertThat(half.ended()).containsExactly("one");
    assertThat(result.findings())
        .extracting(Finding::toString)
        .contains("BROKEN: half/other broke off: the other is not to be had");
  }

  /** Can't begin, and can't put back what it may have begun. */
  private record Stuck() implements Duel {
    @Override
    public String first() {
      return "stuck";
    }

    @Override
    public String second() {
      return "other";
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -1_000, 1_000);
    }

    @Override
    public void begin() throws ChaosFailure {
      throw new ChaosFailure("nobody says whether the fault is set");
    }

    @Override
    public void end() throws ChaosFailure {
      throw new ChaosFailure("the fault stays set");
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) {
      throw new IllegalStateException("it has not begun");
    }
  }

  @Test
  void what_cannot_be_put_back_is_found() throws Exception {
    RaceBench.Result result = raced(List.of(new Fails(ROUNDS), new Stuck()));
    assertThat(result.findings())
        .extracting(Finding::toString)
        .contains(
            "BROKEN: stuck/other broke off: nobody says whether the fault is set",
            "BROKEN: stuck/other broke off: the fault stays set");
    assertThatThrownBy(() -> raced(List.of(new Stuck())))
        .as("before anything was raced")
        .isInstanceOf(ChaosFailure.class);
  }

  @Test
  void what_can_make_no_round_ready_could_not_be_run() {
    Fails fails = new Fails(0);
    assertThatThrownBy(() -> raced(List.of(fails)))
        .isInstanceOf(ChaosFailure.class)
        .hasMessage("before anything was raced: the system is gone");
    assertThat(fails.ended()).as("what it changed is put back").hasValue(1);
  }

  @Test
  void what_goes_away_when_all_was_well_is_found_and_not_said_to_be_not_run() throws Exception {
    RaceBench.Result result = raced(List.of(new Fails(2, false)));
    assertThat(result.findings())
        .extracting(Finding::toString)
        .contains(
            "BROKEN: one/other: the system is gone",
            "BROKEN: one/other broke off: the system is gone")
        .noneMatch(line -> line.startsWith("DOUBLED"));
    assertThat(result.scores()).singleElement().returns(2, RaceBench.Score::firstWon);
  }

  /** Races that nobody learns the outcome of. */
  private record Silent(AtomicInteger begun) implements Duel {
    @Override
    public String first() {
      return "silent";
    }

    @Override
    public String second() {
      return "other";
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public Aim.Range range() {
      return new Aim.Range(0, -1_000, 1_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) {
      int round = begun.incrementAndGet();
      Answer none = new Answer.Unknown("status 503", 503);
      return new Given(
          () -> none,
          () -> none,
          (_, _, findings) -> {
            findings.add(Finding.unsettled("round " + round));
            return Winner.NEITHER;
          });
    }
  }

  @Test
  void a_duel_whose_rounds_are_never_settled_breaks_off() throws Exception {
    Silent silent = new Silent(new AtomicInteger());
    RaceBench.Result result = raced(List.of(silent));
    assertThat(silent.begun()).hasValueLessThan(ROUNDS / 2);
    assertThat(result.findings())
        .extracting(Finding::toString)
        .contains(
            "UNSETTLED: round 1",
            "BROKEN: silent/other broke off: nobody knows what came of more than 20 rounds");
    assertThat(new RaceReport(ROUNDS, 1, result).good()).isFalse();
  }

  @Test
  void what_is_told_twice_counts_once() {
    Finding one = Finding.broken("audit: S2");
    Finding other = Finding.lost("an order");
    Healing.Whole whole = new Healing.Whole(Outcome.unread(List.of()), List.of(one, other, other));
    assertThat(whole.beside(List.of(one))).containsExactly(other);
  }
}
