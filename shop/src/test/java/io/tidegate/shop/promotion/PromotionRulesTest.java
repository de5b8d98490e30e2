package io.tidegate.shop.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.promotion.PriceList.Prices;
import io.tidegate.shop.promotion.Promotion.Deal;
import io.tidegate.shop.promotion.Promotion.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices and savings: tables of cases, and what holds for any basket. */
class PromotionRulesTest {

  private static final Instant START = Instant.parse("2026-11-10T16:00:00Z");
  private static final Period OPEN = new Period(START, null);
  private static final Scope SHOP = new Scope.Shop();
  private static final Scope PHONES = new Scope.InCategory("phones");

  @ParameterizedTest
  @CsvSource({
    // list price, percent, price: half a unit goes up, one unit at least, never above the list
    "1000, 30, 300",
    "1999, 30, 600",
    "1990, 75, 1493",
    "5, 50, 3",
    "3, 10, 1",
    "1, 1, 1",
    "0, 30, 0",
    "9223372036854775807, 50, 4611686018427387904",
  })
  void aPercentageOfTheListPrice(long listPrice, int percent, long price) {
    PriceList list = list(1, SHOP, new Prices.PercentOfList(percent));
    assertThat(PromotionRules.price(List.of(list), "A", "phones", Money.cny(listPrice)))
        .isEqualTo(Money.cny(price));
  }

  @Test
  void theLowestOfSeveralPricesHolds() {
    Scope skus = new Scope.OfSkus(Set.of("A", "B"));
    List<PriceList> lists =
        List.of(
            list(1, SHOP, new Prices.PercentOfList(90)),
            list(2, PHONES, new Prices.PercentOfList(80)),
            list(3, skus, new Prices.PerSku(Map.of("A", 700L, "B", 950L), Money.CNY)));
    assertThat(price(lists, "A", "phones")).isEqualTo(700);
    assertThat(price(lists, "B", "phones")).isEqualTo(800);
    assertThat(price(lists, "B", "books")).isEqualTo(900);
    assertThat(price(lists, "C", "books")).isEqualTo(900);
    assertThat(price(List.of(), "A", "phones")).isEqualTo(1_000);
  }

  @Test
  void aListMakesNothingDearerAndChangesNoOtherCurrency() {
    Scope skus = new Scope.OfSkus(Set.of("A"));
    PriceList dear = list(1, skus, new Prices.PerSku(Map.of("A", 1_200L), Money.CNY));
    PriceList yen = list(2, skus, new Prices.PerSku(Map.of("A", 1L), "JPY"));
    assertThat(price(List.of(dear, yen), "A", "phones")).isEqualTo(1_000);
  }

  @Test
  void eachLineGetsTheBestItemPromotionOnly() {
    List<Promotion> promotions =
        List.of(
            promotion(3, new Scope.OfSkus(Set.of("B")), new Deal.AmountOff(400, Money.CNY)),
            promotion(1, SHOP, new Deal.PercentOff(10)),
            promotion(2, PHONES, new Deal.PercentOff(25)));
    List<BasketLine> lines =
        List.of(line("A", "phones", 2, 1_000), line("B", "phones", 3, 1_000), line("C", "x", 1, 5));
    assertThat(savings(promotions, lines))
        .containsExactly("1 [0, 0, 1]", "2 [500, 0, 0]", "3 [0, 1200, 0]");
  }

  @Test
  void ofTwoEquallyGoodOnesTheOlderIsTaken() {
    List<Promotion> promotions =
        List.of(
            promotion(8, SHOP, new Deal.PercentOff(10)),
            promotion(7, SHOP, new Deal.AmountOff(100, Money.CNY)));
    assertThat(savings(promotions, List.of(line("A", "x", 1, 1_000)))).containsExactly("7 [100]");
  }

  @Test
  void anAmountOffIsAtMostThePrice() {
    Promotion off = promotion(1, SHOP, new Deal.AmountOff(5_000, Money.CNY));
    assertThat(savings(List.of(off), List.of(line("A", "x", 3, 40)))).containsExactly("1 [120]");
  }

  @ParameterizedTest
  @CsvSource({
    // spent, repeats, saved: 300 off 2000, 1000 off 5000
    "1999, false, 0",
    "2000, false, 300",
    "4999, false, 300",
    "5000, false, 1000",
    "20000, false, 1000",
    "4999, true, 600",
    "9999, true, 1200",
    "10000, true, 2000",
  })
  void theBestTierIsTakenAndRepeatsWhereItSaysSo(long spent, boolean repeats, long saved) {
    Deal deal =
        new Deal.SpendAndSave(
            List.of(new Tier(2_000, 300), new Tier(5_000, 1_000)), Money.CNY, repeats);
    List<Saving> savings =
        PromotionRules.savings(
            List.of(promotion(1, SHOP, deal)), List.of(line("A", "x", 1, spent)), Money.CNY);
    assertThat(savings.stream().mapToLong(Saving::total).sum()).isEqualTo(saved);
  }

  @Test
  void spendAndSaveCountsWhatTheOnesBeforeLeft() {
    List<Promotion> promotions =
        List.of(
            promotion(1, SHOP, spend(900, 90)),
            promotion(2, PHONES, spend(900, 90)),
            promotion(3, PHONES, new Deal.PercentOff(10)));
    // 1000 - 10 % = 900 reaches the category's, and leaves 810 + 90 for the shop's.
    List<BasketLine> lines = List.of(line("A", "phones", 1, 1_000), line("B", "books", 1, 90));
    assertThat(savings(promotions, lines)).containsExactly("3 [100, 0]", "2 [90, 0]", "1 [81, 9]");
    assertThat(
            savings(promotions, List.of(line("A", "phones", 1, 1_000), line("B", "books", 1, 89))))
        .containsExactly("3 [100, 0]", "2 [90, 0]");
  }

  @Test
  void linesOutsideTheScopeNeitherCountNorSave() {
    Promotion phones = promotion(1, PHONES, spend(100, 10));
    List<BasketLine> lines =
        List.of(line("A", "books", 1, 500), line("B", "phones", 1, 50), line("C", "phones", 1, 50));
    assertThat(savings(List.of(phones), lines)).containsExactly("1 [0, 5, 5]");
    assertThat(savings(List.of(phones), lines.subList(0, 2))).isEmpty();
  }

  @Test
  void anotherCurrencySavesNothing() {
    List<Promotion> promotions =
        List.of(
            promotion(1, SHOP, new Deal.AmountOff(5, "JPY")),
            promotion(2, SHOP, new Deal.SpendAndSave(List.of(new Tier(10, 5)), "JPY", false)));
    assertThat(savings(promotions, List.of(line("A", "x", 1, 1_000)))).isEmpty();
  }

  @Test
  void noDealGivesMoreThanIsSpent() {
    assertThatThrownBy(() -> new Tier(100, 101)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Deal.PercentOff(100)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Prices.PercentOfList(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPeriodHoldsFromItsStartToBeforeItsEnd() {
    Period period = new Period(START, START.plusMillis(1));
    assertThat(period.holds(START.minusMillis(1))).isFalse();
    assertThat(period.holds(START)).isTrue();
    assertThat(period.holds(START.plusMillis(1))).isFalse();
    assertThat(period.isOver(START.plusMillis(1))).isTrue();
    assertThatThrownBy(() -> new Period(START, START)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever is promised: no line below nothing, no unit lost, the order of lists says nothing. */
  @Test
  void anyBasketKeepsItsLines() {
    Random random = new Random(20_261_111);
    int saving = 0;
    for (int round = 0; round < 5_000; round++) {
      List<Promotion> promotions = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        promotions.add(promotion(i + 1, scope(random), deal(random)));
      }
      List<BasketLine> lines = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        lines.add(
            line(
                "S" + random.nextInt(4),
                "c" + random.nextInt(2),
                1 + random.nextInt(5),
                random.nextLong(2_000)));
      }
      List<Saving> savings = PromotionRules.savings(promotions, lines, Money.CNY);
      long[] left = lines.stream().mapToLong(BasketLine::gross).toArray();
      for (Saving each : savings) {
        Promotion own =
            promotions.stream()
                .filter(one -> each.id().equals(Long.toString(one.terms().id())))
                .findFirst()
                .orElseThrow();
        assertThat(each.total()).isPositive();
        for (int i = 0; i < left.length; i++) {
          BasketLine line = lines.get(i);
          assertThat(each.perLine()[i]).isBetween(0L, left[i]);
          if (!own.terms().scope().covers(line.sku(), line.category())) {
            assertThat(each.perLine()[i]).isZero();
          }
          left[i] -= each.perLine()[i];
        }
        saving++;
      }
      Collections.shuffle(promotions, random);
      assertThat(PromotionRules.savings(promotions, lines, Money.CNY)).isEqualTo(savings);
    }
    assertThat(saving).isGreaterThan(5_000);
  }

  private static Scope scope(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> SHOP;
      case 1 -> new Scope.InCategory("c" + random.nextInt(2));
      default -> new Scope.OfSkus(Set.of("S" + random.nextInt(4), "S" + random.nextInt(4) + "x"));
    };
  }

  private static Deal deal(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Deal.PercentOff(1 + random.nextInt(99));
      case 1 -> new Deal.AmountOff(1 + random.nextLong(3_000), Money.CNY);
      default -> {
        long spend = 1 + random.nextLong(3_000);
        yield new Deal.SpendAndSave(
            List.of(new Tier(spend, 1 + random.nextLong(spend)), new Tier(spend * 2, spend)),
            Money.CNY,
            random.nextBoolean());
      }
    };
  }

  private static Deal spend(long spend, long save) {
    return new Deal.SpendAndSave(List.of(new Tier(spend, save)), Money.CNY, false);
  }

  private static long price(List<PriceList> lists, String sku, String category) {
    return PromotionRules.price(lists, sku, category, Money.cny(1_000)).amount();
  }

  private static List<String> savings(List<Promotion> promotions, List<BasketLine> lines) {
    return PromotionRules.savings(promotions, lines, Money.CNY).stream()
        .map(saving -> saving.id() + " " + java.util.Arrays.toString(saving.perLine()))
        .toList();
  }

  private static BasketLine line(String sku, String category, int quantity, long price) {
    return new BasketLine(sku, category, quantity, price, 1);
  }

  private static PriceList list(long id, Scope scope, Prices prices) {
    return new PriceList(new Terms(id, 1, "list " + id, scope, OPEN), prices);
  }

  private static Promotion promotion(long id, Scope scope, Deal deal) {
    return new Promotion(new Terms(id, 1, "promotion " + id, scope, OPEN), deal);
  }
}
