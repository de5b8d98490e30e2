package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponFit.Saves;
import io.tidegate.shop.marketing.CouponFit.Unfit;
import io.tidegate.shop.marketing.CouponFit.Why;
import io.tidegate.shop.promotion.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What coupons save, and what orders do with them. */
class CouponRulesTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final Scope SHOP = new Scope.Shop();

  /** A phone, two books, tea. */
  private static final List<BasketLine> BASKET =
      List.of(
          new BasketLine("P", "phones", 1, 199_900, 200),
          new BasketLine("B", "books", 2, 3_000, 400),
          new BasketLine("T", "drinks", 1, 4_000, 250));

  private static final long[] LEFT = {199_900, 6_000, 4_000};

  @Test
  void anAmountIsSplitByWhatIsLeft() {
    assertThat(saves(amount(1_000), 10_000, SHOP, LEFT)).isEqualTo(taken(952, 29, 19));
    assertThat(saves(amount(1_000), 10_000, SHOP, 0, 6_000, 4_000)).isEqualTo(taken(0, 600, 400));
    assertThat(saves(amount(1), 0, SHOP, 1, 1, 1)).isEqualTo(taken(1, 0, 0));
  }

  @Test
  void itCountsOnlyTheGoodsItIsFor() {
    Scope books = new Scope.InCategory("books");
    Scope two = new Scope.OfSkus(Set.of("B", "T"));
    assertThat(saves(amount(1_000), 6_000, books, LEFT)).isEqualTo(taken(0, 1_000, 0));
    assertThat(saves(amount(1_000), 6_001, books, LEFT)).isEqualTo(unfit(Why.BELOW_MINIMUM));
    assertThat(saves(amount(1_000), 10_000, two, LEFT)).isEqualTo(taken(0, 600, 400));
    assertThat(saves(amount(1_000), 10_001, two, LEFT)).isEqualTo(unfit(Why.BELOW_MINIMUM));
    assertThat(saves(amount(1_000), 0, new Scope.InCategory("toys"), LEFT))
        .isEqualTo(unfit(Why.OUT_OF_SCOPE));
  }

  @Test
  void itNeverTakesMoreThanIsLeft() {
    assertThat(saves(amount(50_000), 0, new Scope.InCategory("books"), LEFT))
        .isEqualTo(taken(0, 6_000, 0));
    assertThat(saves(amount(50_000), 0, SHOP, 0, 0, 0)).isEqualTo(unfit(Why.NOTHING_TO_SAVE));
  }

  @Test
  void aShareIsRoundedHalfUpAndCapped() {
    assertThat(saves(percent(15, null), 0, SHOP, 0, 0, 10)).isEqualTo(taken(0, 0, 2));
    assertThat(saves(percent(15, null), 0, SHOP, 0, 0, 9)).isEqualTo(taken(0, 0, 1));
    assertThat(saves(percent(10, 5_000L), 0, SHOP, 20_000, 20_000, 20_000))
        .isEqualTo(taken(1_667, 1_667, 1_666));
    assertThat(saves(percent(100, null), 0, SHOP, LEFT)).isEqualTo(taken(199_900, 6_000, 4_000));
    assertThat(saves(percent(1, null), 0, SHOP, 0, 0, 1)).isEqualTo(unfit(Why.NOTHING_TO_SAVE));
    assertThat(new CouponOff.Percent(99, null).of(Long.MAX_VALUE)).isPositive();
  }

  @Test
  void whyItDoesNotFit() {
    Coupon coupon = coupon(amount(1_000), 10_000, SHOP);
    assertThat(coupon.saves(BASKET, LEFT, "USD", AT)).isEqualTo(unfit(Why.OTHER_CURRENCY));
    assertThat(coupon.saves(BASKET, LEFT, "CNY", AT.minusMillis(1)))
        .isEqualTo(unfit(Why.NOT_YET_VALID));
    assertThat(coupon.saves(BASKET, LEFT, "CNY", coupon.validTo())).isEqualTo(unfit(Why.EXPIRED));
    assertThat(in(GrantState.HELD, 7L).saves(BASKET, LEFT, "CNY", AT)).isEqualTo(unfit(Why.HELD));
    assertThat(in(GrantState.USED, 7L).saves(BASKET, LEFT, "CNY", AT)).isEqualTo(unfit(Why.USED));
    assertThat(in(GrantState.RECLAIMED, null).saves(BASKET, LEFT, "CNY", AT))
        .isEqualTo(unfit(Why.RECLAIMED));
  }

  /** Whatever the basket: no fen is lost, no line below 0, and nothing outside the scope. */
  @Test
  void randomBasketsAddUp() {
    Random random = new Random(11);
    int fits = 0;
    for (int i = 0; i < 20_000; i++) {
      int count = 1 + random.nextInt(6);
      List<BasketLine> lines = new ArrayList<>();
      long[] left = new long[count];
      for (int line = 0; line < count; line++) {
        lines.add(new BasketLine("S" + line, random.nextBoolean() ? "books" : "toys", 1, 9_999, 1));
        left[line] = random.nextInt(4) == 0 ? 0 : random.nextInt(1_000_000);
      }
      CouponOff off =
          random.nextBoolean()
              ? amount(1 + random.nextInt(500_000))
              : percent(1 + random.nextInt(100), random.nextBoolean() ? null : 1L + i);
      Scope scope = random.nextBoolean() ? SHOP : new Scope.InCategory("books");
      long min = random.nextInt(500_000);
      CouponFit fit = coupon(off, min, scope).saves(lines, left.clone(), "CNY", AT);
      long goods = 0;
      for (int line = 0; line < count; line++) {
        goods += scope.covers("S" + line, lines.get(line).category()) ? left[line] : 0;
      }
      if (fit instanceof Saves saves) {
        fits++;
        assertThat(goods).isGreaterThanOrEqualTo(min);
        assertThat(saves.total()).isEqualTo(off.of(goods)).isPositive();
        for (int line = 0; line < count; line++) {
          boolean covered = scope.covers("S" + line, lines.get(line).category());
          assertThat(saves.perLine()[line]).isBetween(0L, covered ? left[line] : 0L);
        }
      } else {
        assertThat(goods < min || off.of(goods) == 0 || goods == 0).isTrue();
      }
    }
    assertThat(fits).isBetween(5_000, 19_000);
  }

  @Test
  void anOrderHoldsReleasesAndUsesItOnce() {
    Coupon free = coupon(amount(1_000), 0, SHOP);
    Coupon held = in(GrantState.HELD, 7L);
    Coupon used = in(GrantState.USED, 7L);
    assertThat(free.hold(7, AT)).isEqualTo(Outcome.applied(held));
    assertThat(held.hold(7, AT)).isEqualTo(Outcome.alreadyApplied(held));
    assertThat(held.hold(8, AT)).isEqualTo(Outcome.refused(Why.HELD));
    assertThat(free.hold(7, free.validTo())).isEqualTo(Outcome.refused(Why.EXPIRED));
    assertThat(held.release(7)).isEqualTo(Outcome.applied(free));
    assertThat(free.release(7)).isEqualTo(Outcome.alreadyApplied(free));
    assertThat(held.release(8)).isEqualTo(Outcome.alreadyApplied(held));
    assertThat(used.release(7)).isEqualTo(Outcome.refused(Why.USED));
    assertThat(held.use(7)).isEqualTo(Outcome.applied(used));
    assertThat(used.use(7)).isEqualTo(Outcome.alreadyApplied(used));
    assertThat(held.use(8)).isEqualTo(Outcome.refused(Why.HELD));
    assertThat(free.use(7)).isEqualTo(Outcome.refused(Why.HELD));
    assertThat(used.use(8)).isEqualTo(Outcome.refused(Why.USED));
  }

  private static CouponFit saves(CouponOff off, long min, Scope scope, long... left) {
    long[] before = left.clone();
    CouponFit fit = coupon(off, min, scope).saves(BASKET, left, "CNY", AT);
    assertThat(left).isEqualTo(before);
    if (fit instanceof Saves(long[] perLine)) {
      assertThat(LongStream.of(perLine).min().orElseThrow()).isNotNegative();
    }
    return fit;
  }

  private static CouponFit taken(long... perLine) {
    return new Saves(perLine);
  }

  private static CouponFit unfit(Why why) {
    return new Unfit(why);
  }

  private static CouponOff amount(long minor) {
    return new CouponOff.Amount(minor);
  }

  private static CouponOff percent(int percent, @Nullable Long most) {
    return new CouponOff.Percent(percent, most);
  }

  private static Coupon coupon(CouponOff off, long min, Scope scope) {
    CouponTerms terms = new CouponTerms("t", "券", "coupon", off, Money.cny(min), scope);
    return new Coupon(
        1, 42, terms, 5L, GrantState.GRANTED, null, AT, AT, AT.plus(Duration.ofDays(30)));
  }

  private static Coupon in(GrantState state, @Nullable Long order) {
    Coupon free = coupon(amount(1_000), 0, SHOP);
    return new Coupon(1, 42, free.terms(), 5L, state, order, AT, free.validFrom(), free.validTo());
  }
}
