package io.tidegate.shop.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.kernel.Money;
import org.junit.jupiter.api.Test;

/** What points are worth. */
class PointsSpendingTest {

  @Test
  void halfOfTheGoodsAtMost() {
    PointsSpending rule = PointsSpending.DEFAULT;
    assertThat(rule.pointsMax(Money.cny(0))).isZero();
    assertThat(rule.pointsMax(Money.cny(1))).isZero();
    assertThat(rule.pointsMax(Money.cny(3_999))).isEqualTo(1_999);
    assertThat(rule.pointsMax(Money.cny(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(rule.pointsMax(new Money(3_999, "JPY"))).isZero();
    assertThat(rule.worth(12)).isEqualTo(Money.cny(12));
  }

  @Test
  void aPointMayBeWorthMore() {
    PointsSpending rule = new PointsSpending(10, 30);
    assertThat(rule.pointsMax(Money.cny(3_999))).isEqualTo(119);
    assertThat(rule.pointsMax(Money.cny(3_999), 50)).isEqualTo(50);
    assertThat(rule.pointsMax(Money.cny(3_999), 500)).isEqualTo(119);
    assertThat(rule.worth(119)).isEqualTo(Money.cny(1_190));
    assertThat(new PointsSpending(1, 0).pointsMax(Money.cny(3_999))).isZero();
    assertThat(new PointsSpending(1, 100).pointsMax(Money.cny(3_999))).isEqualTo(3_999);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new PointsSpending(0, 50)).hasMessageContaining("0");
    assertThatThrownBy(() -> new PointsSpending(1, 101)).hasMessageContaining("101");
    assertThatThrownBy(() -> new PointsSpending(1, -1)).hasMessageContaining("-1");
  }
}
