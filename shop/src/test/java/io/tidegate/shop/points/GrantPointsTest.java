package io.tidegate.shop.points;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.points.GrantPoints.Known;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many points orders bring, and that they bring them once. */
class GrantPointsTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void everyFullYuanIsAPoint() {
    assertThat(EarnRule.DEFAULT.points(Money.cny(99))).isZero();
    assertThat(EarnRule.DEFAULT.points(Money.cny(100))).isEqualTo(1);
    assertThat(EarnRule.DEFAULT.points(Money.cny(3_980))).isEqualTo(39);
    assertThat(EarnRule.DEFAULT.points(Money.cny(0))).isZero();
    assertThat(EarnRule.DEFAULT.points(new Money(100_000, "JPY"))).isZero();
    assertThat(new EarnRule(Map.of("JPY", 10L)).points(new Money(999, "JPY"))).isEqualTo(99);
  }

  @Test
  void aRepeatInOneBatchOrOfAnEarlierOneBringsNothing() {
    var decision =
        GrantPoints.decide(
            List.of(grant(3, 7, 30), grant(1, 7, 10), grant(3, 7, 30), grant(2, 8, 20)),
            Map.of(2L, Known.EARNED));
    assertThat(decision.entries()).containsExactly(grant(1, 7, 10), grant(3, 7, 30));
    assertThat(decision.gains()).containsExactly(Map.entry(7L, 40L));
  }

  @Test
  void aGrantAfterItsReclaimIsEnteredAsNothing() {
    var decision = GrantPoints.decide(List.of(grant(1, 7, 10)), Map.of(1L, Known.RECLAIMED_BEFORE));
    assertThat(decision.entries()).containsExactly(grant(1, 7, 0));
    assertThat(decision.gains()).isEmpty();
  }

  private static PointGrant grant(long order, long user, long points) {
    return new PointGrant(order, user, points, AT);
  }
}
