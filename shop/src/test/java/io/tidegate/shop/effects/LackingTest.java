package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.effects.Lacking.Deduction;
import io.tidegate.shop.kernel.Money;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much smaller a refund gets by what was spent. */
class LackingTest {

  private static final Lacking ALL =
      new Lacking(Money.cny(1_000), Money.cny(120), 150, Money.cny(3));

  @Test
  void aCouponIsDeductedWholeOrNotAtAll() {
    assertThat(deduction(ALL, 5_000)).isEqualTo(new Deduction(true, 120, 150));
    assertThat(deduction(ALL, 1_000)).isEqualTo(new Deduction(true, 0, 0));
    assertThat(deduction(ALL, 999)).isEqualTo(new Deduction(false, 120, 150));
    assertThat(deduction(ALL, 125)).isEqualTo(new Deduction(false, 120, 1));
    assertThat(deduction(ALL, 0)).isEqualTo(new Deduction(false, 0, 0));
    assertThat(ALL.value(Money.CNY)).isEqualTo(Money.cny(1_570));
  }

  @Test
  void whatIsWorthAnotherCurrencyIsNotDeducted() {
    Lacking dollars =
        new Lacking(new Money(1_000, "USD"), new Money(120, "USD"), 150, Money.cny(3));
    assertThat(dollars.value("USD")).isEqualTo(new Money(1_120, "USD"));
    assertThat(dollars.deduction(new Money(9_000, "USD"))).isEqualTo(new Deduction(true, 120, 0));
    assertThat(deduction(dollars, 9_000)).isEqualTo(new Deduction(false, 0, 150));
  }

  @Test
  void nobodyPaysMoreThanTheRefundOrThanWhatIsLacking() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      Lacking lacking =
          new Lacking(
              Money.cny(random.nextBoolean() ? 0 : random.nextInt(2_000)),
              Money.cny(random.nextInt(300)),
              random.nextInt(300),
              Money.cny(1 + random.nextInt(5)));
      Money most = Money.cny(random.nextInt(4_000));
      Money settled = lacking.value(lacking.deduction(most), Money.CNY);
      assertThat(settled.amount()).isBetween(0L, most.amount());
      assertThat(settled.amount()).isLessThanOrEqualTo(lacking.value(Money.CNY).amount());
      if (most.amount() >= lacking.value(Money.CNY).amount()) {
        assertThat(settled).isEqualTo(lacking.value(Money.CNY));
      }
    }
  }

  private static Deduction deduction(Lacking lacking, long fen) {
    return lacking.deduction(Money.cny(fen));
  }
}
