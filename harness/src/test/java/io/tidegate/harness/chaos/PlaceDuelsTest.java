package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Duel.Winner;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twins may be told to wait, and the key says what came of them; never may there be two. */
final class PlaceDuelsTest {
  private static final Duration MAX = Duration.ofSeconds(20);
  private static final Answer.Done RAN = Told.done("number", "7");
  private static final Answer.Done REPLAY = new Answer.Done(201, RAN.body(), true);

  private final List<Finding> findings = new ArrayList<>();
  private final Journey journey =
      new Journey(Journey.Plan.LEAVE, new Journey.Wish("k", "token", Map.of("A", 1), null));

  private Winner twins(Answer one, Answer other, Door door, Duration max) throws Exception {
    return PlaceDuels.twins(journey, one, other, door, max, findings::add);
  }

  private static Answer.Unknown status(int status) {
    return new Answer.Unknown("status " + status, status);
  }

  @Test
  void the_one_that_is_no_replay_ran() throws Exception {
    assertThat(twins(RAN, REPLAY, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.FIRST);
    assertThat(twins(REPLAY, RAN, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.SECOND);
    assertThat(findings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 503})
  void one_that_was_turned_away_is_settled_by_the_key(int status) throws Exception {
    assertThat(twins(status(status), RAN, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.SECOND);
    assertThat(twins(status(status), REPLAY, (_, _) -> REPLAY, MAX)).isEqualTo(Winner.FIRST);
    assertThat(findings).isEmpty();
    assertThat(journey.done(Step.PLACE)).isTrue();
  }

  @Test
  void both_may_have_been_turned_away() throws Exception {
    assertThat(twins(status(503), status(409), (_, _) -> RAN, MAX)).isEqualTo(Winner.NEITHER);
    assertThat(findings).isEmpty();
    assertThat(journey.number()).isEqualTo("7");
  }

  @Test
  void a_second_order_of_the_key_is_found() throws Exception {
    twins(
        status(409),
        RAN,
        (_, _) -> new Answer.Done(201, Told.done("number", "8").body(), true),
        MAX);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.DOUBLED);
    findings.clear();
    twins(status(409), RAN, (_, _) -> RAN, MAX);
    assertThat(findings)
        .as("done anew")
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.DOUBLED);
  }

  @Test
  void a_key_that_is_never_answered_is_found() throws Exception {
    assertThat(twins(status(409), status(503), (_, _) -> status(503), Duration.ZERO))
        .isEqualTo(Winner.NEITHER);
    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.UNSETTLED);
  }

  @Test
  void whatever_else_is_no_twins_answer() throws Exception {
    twins(status(500), RAN, (_, _) -> REPLAY, MAX);
    twins(RAN, new Answer.Refused(409, "out_of_stock"), (_, _) -> REPLAY, MAX);
    twins(RAN, new Answer.Unknown("reset"), (_, _) -> REPLAY, MAX);
    assertThat(findings)
        .hasSize(3)
        .allSatisfy(finding -> assertThat(finding.what()).contains("twins are answered"));
  }
}
