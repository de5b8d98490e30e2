package io.tidegate.shop.points;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Debts;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Owed;
import io.tidegate.shop.kernel.RefundKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            Set.of(2L),
            Debts.NONE);
    assertThat(decision.entries()).containsExactly(grant(1, 7, 10), grant(3, 7, 30));
    assertThat(decision.gains()).containsExactly(Map.entry(7L, 40L));
    assertThat(decision.repaid()).isEmpty();
  }

  @Test
  void whatIsOwedIsPaidFirstFromTheOldestOrderOn() {
    Debts debts =
        new Debts(
            List.of(
                new Owed(new RefundKey(12, 1), 7, "", 25),
                new Owed(new RefundKey(11, 2), 7, "", 10),
                new Owed(new RefundKey(11, 1), 8, "", 100)));
    var decision =
        GrantPoints.decide(
            List.of(grant(21, 7, 30), grant(22, 7, 30), grant(22, 7, 30), grant(23, 9, 5)),
            Set.of(),
            debts);
    assertThat(decision.entries()).hasSize(3);
    assertThat(decision.repaid()).containsExactly(grant(21, 7, 30), grant(22, 7, 5));
    assertThat(decision.gains()).containsExactly(Map.entry(7L, 25L), Map.entry(9L, 5L));
    assertThat(debts.paid()).isEqualTo(2);
    assertThat((long[]) debts.columns()[0]).containsExactly(11, 12);
    assertThat((int[]) debts.columns()[1]).containsExactly(2, 1);
    assertThat((long[]) debts.columns()[2]).containsExactly(10, 25);
  }

  private static PointGrant grant(long order, long user, long points) {
    return new PointGrant(order, user, points, AT);
  }
}
