package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponOff;
import io.tidegate.shop.marketing.CouponTerms;
import io.tidegate.shop.marketing.GrantState;
import io.tidegate.shop.ordering.Discount.Kind;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.ordering.Pricing.Excess;
import io.tidegate.shop.ordering.Wishes.PacketWish;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.promotion.Saving;
import io.tidegate.shop.promotion.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an order costs: every discount is split to the fen (M12), whatever comes together. */
class PricingTest {

  private static final int CASES = 1_000_000;
  private static final Instant AT = Given.NOW;

  private final FakeTariff tariff =
      new FakeTariff().goods("A", 1_000).goods("B", 990).goods("C", 1).goods("FREE", 0);

  @Test
  void eachTakesFromWhatTheOneBeforeHasLeft() {
    tariff.promotions((_, _) -> List.of(new Saving("7", "two off", new long[] {200, 0})));
    Priced priced =
        priced(
            new Wishes(
                null,
                coupon(new CouponOff.Amount(500), 2_000, new Scope.Shop()),
                300,
                List.of(new PacketWish(5, 88, Money.CNY), new PacketWish(6, 10_000, Money.CNY)),
                false),
            new Line("A", 2),
            new Line("B", 1));
    // 2,990 less 200, 500, 300, 88: the second packet pays the rest.
    assertThat(priced.discounts())
        .extracting(Discount::kind, Discount::id, Discount::amount)
        .containsExactly(
            tuple(Kind.PROMOTION, "7", 200L),
            tuple(Kind.COUPON, "9", 500L),
            tuple(Kind.POINTS, "300", 300L),
            tuple(Kind.RED_PACKET, "5", 88L),
            tuple(Kind.RED_PACKET, "6", 1_902L));
    assertThat(priced.amounts()).isEqualTo(new Amounts(Money.CNY, 2_990, 2_990, 0));
    assertThat(priced.points()).isEqualTo(300);
    // 1,800 and 990 bear 500 as 323 and 177.
    assertThat(priced.discounts().get(1).shares()).containsExactly(323L, 177L);
  }

  @Test
  void freightGoesByTheGoodsAndIsPaidWithMoney() {
    tariff.fee(800);
    Priced priced =
        priced(
            new Wishes(null, null, 0, List.of(new PacketWish(5, 9_999, Money.CNY)), false),
            new Line("A", 1));
    assertThat(priced.amounts()).isEqualTo(new Amounts(Money.CNY, 1_000, 1_000, 800));
    assertThat(priced.courier()).isEqualTo("usual");
    assertThat(refusal(wish("none"), new Line("A", 1))).isEqualTo(new Refusal.NotCarried(true));
    assertThat(refusal(wish("near"), new Line("A", 1))).isEqualTo(new Refusal.NotCarried(false));
  }

  @Test
  void pointsPayAShareAndNoMore() {
    Wishes wishes = new Wishes(null, null, 501, List.of(), false);
    assertThat(refusal(wishes, new Line("A", 1))).isEqualTo(new Refusal.PointsAboveShare(500));
    assertThat(cut(wishes, new Line("A", 1)).points()).isEqualTo(500);
    assertThat(cut(wishes, new Line("FREE", 1)).discounts()).isEmpty();
    tariff.points(new PointsSpending(10, 50));
    assertThat(cut(wishes, new Line("A", 1)).discounts())
        .containsExactly(new Discount(Kind.POINTS, "50", List.of(500L)));
  }

  @Test
  void aCouponThatDoesNotFitIsToldAndInAQuoteLeft() {
    Coupon coupon = coupon(new CouponOff.Amount(500), 2_000, new Scope.Shop());
    Wishes wishes = new Wishes(null, coupon, 0, List.of(), false);
    assertThat(refusal(wishes, new Line("A", 1)))
        .isEqualTo(new Refusal.CouponUnavailable("below_minimum"));
    assertThat(cut(wishes, new Line("A", 1)).discounts()).isEmpty();
    Coupon used =
        new Coupon(
            9, 42, coupon.terms(), null, GrantState.USED, 1L, AT, AT, AT.plus(Duration.ofDays(1)));
    // Another order has it: that is no matter of prices.
    assertThat(outcome(new Wishes(null, used, 0, List.of(), false), Excess.CUT, new Line("A", 2)))
        .isEqualTo(Outcome.refused(new Refusal.CouponUnavailable("used")));
  }

  /** Any basket with any promotions, coupon, points, packets and freight. */
  @Test
  void sumsAndSplitsAreExact() {
    SplittableRandom random = new SplittableRandom(20_261_111);
    int discounted = 0;
    int free = 0;
    for (int i = 0; i < CASES; i++) {
      Basket basket = basket(random);
      tariff.fee(random.nextInt(3) == 0 ? random.nextLong(5_000) : 0);
      Wishes wishes = wishes(random, basket);
      if (!(Pricing.price(tariff, basket, "330106", wishes, AT, Excess.CUT)
          instanceof Outcome.Applied<Priced, Refusal>(Priced priced))) {
        fail("case " + i + " is refused");
        return;
      }
      String wrong = wrong(priced, basket, wishes);
      if (wrong != null) {
        fail("case " + i + ": " + wrong + ": " + priced);
      }
      discounted += priced.discounts().size() > 1 ? 1 : 0;
      free += priced.amounts().total() == 0 ? 1 : 0;
    }
    assertThat(discounted).isGreaterThan(CASES / 4);
    assertThat(free).isGreaterThan(CASES / 100);
  }

  /** What is not as it must be; null where nothing is wrong. */
  private static @Nullable String wrong(Priced priced, Basket basket, Wishes wishes) {
    long gross = 0;
    long discount = 0;
    for (int i = 0; i < priced.items().size(); i++) {
      OrderItem item = priced.items().get(i);
      long line = 0;
      for (Discount each : priced.discounts()) {
        long share = each.shares().get(i);
        if (share < 0) {
          return "a share below nothing";
        }
        line += share;
      }
      if (line != item.discount() || item.discount() > item.gross()) {
        return "line " + i + " bears " + line;
      }
      gross += item.unitPrice() * item.quantity();
      discount += line;
    }
    Amounts amounts = priced.amounts();
    if (amounts.itemsTotal() != gross
        || amounts.discountTotal() != discount
        || amounts.total() != gross - discount + amounts.freight()) {
      return "sums " + gross + ", " + discount;
    }
    List<Long> freight = Shares.freight(amounts.freight(), priced.items(), amounts.currency());
    long back = 0;
    for (int i = 0; i < priced.items().size(); i++) {
      if (freight.get(i) < 0) {
        return "freight below nothing";
      }
      back += priced.items().get(i).total() + freight.get(i);
    }
    if (back != amounts.total()) {
      return "refunding every line gives back " + back;
    }
    for (Discount each : priced.discounts()) {
      if (each.amount() <= 0) {
        return "an empty discount";
      }
      if (each.kind() == Kind.POINTS && each.number() > wishes.points()) {
        return "more points than were wished";
      }
      if (each.kind() == Kind.POINTS && each.amount() != each.number()) {
        return "points that pay another amount";
      }
      if (each.kind() == Kind.RED_PACKET
          && wishes.packets().stream()
              .noneMatch(
                  packet -> packet.id() == each.number() && each.amount() <= packet.most())) {
        return "more from a packet than was wished";
      }
    }
    return basket.goods() < 0 ? "goods below nothing" : null;
  }

  private Basket basket(SplittableRandom random) {
    List<Line> lines = new ArrayList<>();
    int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 40 : 5);
    for (int i = 0; i < count; i++) {
      String sku = "S" + i;
      long price =
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextLong(10);
            case 2 -> random.nextLong(1_000_000_000);
            default -> random.nextLong(100_000);
          };
      tariff.goods(sku, price);
      lines.add(new Line(sku, 1 + random.nextInt(random.nextInt(5) == 0 ? 999 : 3)));
    }
    int promotions = random.nextInt(3);
    tariff.promotions((basket, _) -> savings(random, basket, promotions));
    return ((Outcome.Applied<Basket, Refusal>) Basket.of(tariff, lines, AT)).value();
  }

  private static List<Saving> savings(
      SplittableRandom random, List<BasketLine> basket, int promotions) {
    long[] left = basket.stream().mapToLong(BasketLine::gross).toArray();
    List<Saving> savings = new ArrayList<>();
    for (int p = 0; p < promotions; p++) {
      long[] perLine = new long[left.length];
      long sum = 0;
      for (int i = 0; i < left.length; i++) {
        perLine[i] = random.nextBoolean() ? random.nextLong(left[i] + 1) : 0;
        left[i] -= perLine[i];
        sum += perLine[i];
      }
      if (sum > 0) {
        savings.add(new Saving(Integer.toString(p), "", perLine));
      }
    }
    return savings;
  }

  private static Wishes wishes(SplittableRandom random, Basket basket) {
    long goods = basket.goods();
    CouponOff off =
        random.nextBoolean()
            ? new CouponOff.Amount(1 + random.nextLong(1 + goods))
            : new CouponOff.Percent(1 + random.nextInt(100), null);
    Scope scope =
        random.nextBoolean()
            ? new Scope.Shop()
            : new Scope.OfSkus(Set.of("S0", "S" + (1 + random.nextInt(4))));
    Coupon coupon = random.nextBoolean() ? coupon(off, random.nextLong(1 + goods), scope) : null;
    List<PacketWish> packets = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      packets.add(new PacketWish(i, 1 + random.nextLong(1 + goods), Money.CNY));
    }
    long points = random.nextBoolean() ? random.nextLong(1 + goods) : 0;
    return new Wishes(null, coupon, points, packets, false);
  }

  private static Coupon coupon(CouponOff off, long spendMin, Scope scope) {
    return new Coupon(
        9,
        42,
        new CouponTerms("t", "", "", off, Money.cny(spendMin), scope),
        null,
        GrantState.GRANTED,
        null,
        AT,
        AT,
        AT.plus(Duration.ofDays(1)));
  }

  private static Wishes wish(String courier) {
    return new Wishes(courier, null, 0, List.of(), false);
  }

  private Outcome<Priced, Refusal> outcome(Wishes wishes, Excess excess, Line... lines) {
    Basket basket =
        ((Outcome.Applied<Basket, Refusal>) Basket.of(tariff, List.of(lines), AT)).value();
    return Pricing.price(tariff, basket, "330106", wishes, AT, excess);
  }

  private Priced priced(Wishes wishes, Line... lines) {
    return ((Outcome.Applied<Priced, Refusal>) outcome(wishes, Excess.REFUSED, lines)).value();
  }

  private Priced cut(Wishes wishes, Line... lines) {
    return ((Outcome.Applied<Priced, Refusal>) outcome(wishes, Excess.CUT, lines)).value();
  }

  private Refusal refusal(Wishes wishes, Line... lines) {
    return ((Outcome.Refused<Priced, Refusal>) outcome(wishes, Excess.REFUSED, lines)).why();
  }
}
