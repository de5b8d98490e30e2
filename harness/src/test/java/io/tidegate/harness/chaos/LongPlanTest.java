package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a long run draws from its seed, and how its customers insist. */
final class LongPlanTest {
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @Test
  void a_hundred_sides_cover_all_that_customers_mean() {
    assertThat(IntStream.range(0, 100).mapToObj(Intent::of))
        .containsAll(Arrays.asList(Intent.values()));
    assertThat(IntStream.range(0, 100).filter(i -> Intent.of(i) == Intent.KEEP)).hasSize(35);
  }

  @Test
  void the_same_seed_kills_the_same_and_another_seed_otherwise() {
    List<Kills.Due> plan = Kills.planned(5, 1_000, 7);
    assertThat(Kills.planned(5, 1_000, 7)).isEqualTo(plan);
    assertThat(Kills.planned(5, 1_000, 8)).isNotEqualTo(plan);
    assertThat(plan).extracting(Kills.Due::victim).containsExactlyInAnyOrder(Victim.values());
    assertThat(plan)
        .extracting(Kills.Due::orders)
        .isSorted()
        .allSatisfy(orders -> assertThat(orders).isBetween(1L, 1_000L));
  }

  @Test
  void a_kill_waits_for_somebody_at_the_door_and_not_for_ever() {
    Iterator<Integer> door = List.of(0, 0, 3).iterator();
    assertThat(Kills.met(door::next, Duration.ofMinutes(1))).isEqualTo(3);
    assertThat(Kills.met(() -> 0, Duration.ofMillis(5))).isZero();
  }

  @Test
  void what_is_unknown_is_sent_until_it_is_answered() throws Exception {
    Counts counts = new Counts();
    List<Answer> answers =
        new ArrayList<>(
            List.of(
                new Answer.Unknown("reset"),
                new Answer.Unknown("status 503"),
                new Answer.Refused(409, "not_payable")));
    try (HttpDoor door = new HttpDoor(NOWHERE, NOWHERE)) {
      Town town = new Town(door, 1, counts, _ -> {});
      town.enter();
      assertThat(town.answered(answers::removeFirst))
          .isEqualTo(new Answer.Refused(409, "not_payable"));
    }
    assertThat(counts.byName()).containsEntry("unknown", 1L).containsEntry("unknown settled", 1L);
  }

  @Test
  void pieces_that_came_back_are_not_left() {
    Claim claim = new Claim(Claim.Kind.REFUND, "k", Map.of(1, 2));
    claim.taken("1a1", "requested", 1);
    assertThat(claim.counts()).isTrue();
    claim.saw("refused", 2);
    assertThat(claim.counts()).as("what was refused may be asked for again").isFalse();
  }
}
