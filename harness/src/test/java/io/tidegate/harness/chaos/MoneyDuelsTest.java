package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Duel.Winner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of late money it is told apart who gave it back. */
final class MoneyDuelsTest {
  private static final String OURS = "0af7651916cd43dd8448eb211c80319c";

  private final List<Finding> findings = new ArrayList<>();

  private Winner gaveBack(String trace) {
    Journey journey = new Told().history.getFirst();
    String by = trace.isEmpty() ? "" : Arena.traceparent(trace);
    return MoneyDuels.gaveBack(journey, by, OURS, findings::add);
  }

  @Test
  void our_notice_and_who_asked_are_the_two_sides() {
    assertThat(gaveBack(OURS)).isEqualTo(Winner.FIRST);
    assertThat(gaveBack(Arena.trace())).isEqualTo(Winner.SECOND);
    assertThat(findings).isEmpty();
  }

  /** Else a shop that never asks would win its half by the provider's patience. */
  @Test
  void the_providers_own_notice_is_neither_and_found() {
    assertThat(gaveBack(MoneyDuels.OWN_TRACE)).isEqualTo(Winner.NEITHER);
    assertThat(findings).singleElement().asString().contains("own notice");
  }

  @Test
  void nobody_is_found() {
    assertThat(gaveBack("")).isEqualTo(Winner.NEITHER);
    assertThat(findings).singleElement().extracting(Finding::kind).isEqualTo(Finding.Kind.LOST);
  }
}
