package io.tidegate.shop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Money is exact: it never loses a unit, and says so where a number is too small for it. */
class MoneyTest {

  private static final long SEED = 20_261_122L;
  private static final int SPLITS = 1_000_000;

  @Test
  void aMillionSplitsLoseNoUnitAndGiveMoreToTheHeavier() {
    Random random = new Random(SEED);
    for (int i = 0; i < SPLITS; i++) {
      long amount = random.nextLong(random.nextInt(8) == 0 ? Long.MAX_VALUE : 1_000_000);
      List<Long> weights = weights(random);
      check(amount, weights, Money.cny(amount).split(weights));
    }
  }

  /** Plain comparisons: a million assertions would cost more than the splits. */
  private static void check(long amount, List<Long> weights, List<Money> parts) {
    long sum = 0;
    boolean fair = parts.size() == weights.size();
    for (int i = 0; i < parts.size(); i++) {
      long part = parts.get(i).amount();
      sum += part;
      fair &= part >= 0 && (weights.get(i) > 0 || part == 0);
      for (int j = 0; j < i; j++) {
        long difference = parts.get(j).amount() - part;
        int byWeight = Long.compare(weights.get(j), weights.get(i));
        fair &= byWeight > 0 ? difference >= 0 : byWeight < 0 ? difference <= 0 : difference <= 1;
        fair &= byWeight != 0 || difference >= 0;
      }
    }
    if (sum != amount || !fair) {
      throw new AssertionError(amount + " split by " + weights + " gives " + parts);
    }
  }

  private static List<Long> weights(Random random) {
    int count = 1 + random.nextInt(5);
    List<Long> weights = new ArrayList<>(count);
    weights.add(1 + random.nextLong(random.nextBoolean() ? 3 : 1_000_000_000_000L));
    for (int i = 1; i < count; i++) {
      weights.add(random.nextLong(random.nextBoolean() ? 3 : 1_000_000_000_000L));
    }
    return weights;
  }

  @Test
  void whatCannotBeSplitIsRefused() {
    Money money = Money.cny(100);
    assertThatThrownBy(() -> money.split(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> money.split(List.of(0L, 0L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> money.split(List.of(2L, -1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Money.cny(-1).split(List.of(1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> money.split(List.of(Long.MAX_VALUE, 1L)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void overflowIsToldNotWrapped() {
    Money most = Money.cny(Long.MAX_VALUE);
    assertThatThrownBy(() -> most.plus(Money.cny(1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Money.cny(Long.MIN_VALUE).minus(Money.cny(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void currenciesNeverMix() {
    Money yen = new Money(5, "JPY");
    assertThatThrownBy(() -> Money.cny(5).plus(yen)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> yen.minus(Money.cny(5))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Money(5, "RMBB")).isInstanceOf(IllegalArgumentException.class);
    assertThat(yen).isNotEqualTo(Money.cny(5));
  }

  @Test
  void eachCurrencyIsShownWithItsOwnDigits() {
    assertThat(Money.cny(1_990).decimal()).isEqualTo("19.90");
    assertThat(Money.cny(-5).decimal()).isEqualTo("-0.05");
    assertThat(new Money(1_990, "JPY").decimal()).isEqualTo("1990");
    assertThat(new Money(1_990, "KWD").decimal()).isEqualTo("1.990");
    assertThat(new Money(7, "KWD").split(List.of(1L, 1L, 1L)))
        .containsExactly(new Money(3, "KWD"), new Money(2, "KWD"), new Money(2, "KWD"));
  }
}
