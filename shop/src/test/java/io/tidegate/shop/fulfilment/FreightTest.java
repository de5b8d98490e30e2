package io.tidegate.shop.fulfilment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.customer.Regions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What carrying costs, by weight, region and what the goods cost. */
class FreightTest {

  private static final String HANGZHOU = "330106";
  private static final String LHASA = "540102";
  private static final Freight DEMO = new Freight(DemoCouriers.all());

  @ParameterizedTest
  @CsvSource({
    // courier, region, grams, goods, fee
    "standard, 330106,      1,      100,    0",
    "standard, 330106, 900000,      100,    0",
    "standard, 540102,   1000,      100, 1500",
    "standard, 540102,   1001,      100, 2300",
    "standard, 650102,   3000, 99999999, 3100",
    "express,  330106,   1000,    29899, 1200",
    "express,  330106,   1001,    29899, 1500",
    "express,  330106,   1500,    29899, 1500",
    "express,  330106,   1501,    29899, 1800",
    "express,  330106,   1501,    29900,    0",
    "express,  540102,   1000,    29900, 2800",
    "express,  540102,      0,        0, 2800",
  })
  void theDemosCouriersCost(String courier, String region, long grams, long goods, long fee) {
    assertThat(DEMO.carry(courier, region, grams, goods, "CNY"))
        .isInstanceOfSatisfying(
            Carriage.By.class,
            by -> {
              assertThat(by.offer().id()).isEqualTo(courier);
              assertThat(by.offer().fee()).isEqualTo(fee);
            });
  }

  @Test
  void theDemosDefaultIsFreeEverywhereButInTwoProvinces() {
    for (String region : Regions.all().codes()) {
      boolean remote = region.startsWith("54") || region.startsWith("65");
      Carriage carriage = DEMO.carry(null, region, 5_000, 1, "CNY");
      assertThat(carriage).as(region).isInstanceOf(Carriage.By.class);
      assertThat(((Carriage.By) carriage).offer().id()).isEqualTo("standard");
      assertThat(((Carriage.By) carriage).offer().fee()).isEqualTo(remote ? 47_00 : 0);
    }
  }

  @Test
  void allCouriersAreOfferedInTheirOrderWithPriceAndDays() {
    assertThat(DEMO.offers(LHASA, 2_000, 10_00, "CNY"))
        .containsExactly(
            new CourierOffer("standard", "标准快递", "Standard", 23_00, 6, 10),
            new CourierOffer("express", "特快专递", "Express", 46_00, 3, 5));
  }

  @Test
  void theLongestRegionDecides() {
    Freight freight =
        new Freight(
            List.of(
                courier(
                    "one",
                    1,
                    true,
                    rule("", 4_00),
                    rule("33", 3_00),
                    rule("3301", 2_00),
                    rule("330106", 1_00))));
    assertThat(fee(freight, HANGZHOU)).isEqualTo(1_00);
    assertThat(fee(freight, "330105")).isEqualTo(2_00);
    assertThat(fee(freight, "330201")).isEqualTo(3_00);
    assertThat(fee(freight, LHASA)).isEqualTo(4_00);
  }

  @Test
  void aCourierGoesWhereItHasARuleOnly() {
    Freight freight =
        new Freight(
            List.of(
                courier("near", 1, true, rule("33", 1_00)), courier("far", 2, true, rule("", 2))));
    assertThat(freight.carry("near", LHASA, 1, 1, "CNY")).isEqualTo(new Carriage.NotThere());
    assertThat(freight.carry(null, LHASA, 1, 1, "CNY"))
        .isInstanceOfSatisfying(
            Carriage.By.class, by -> assertThat(by.offer().id()).isEqualTo("far"));
    assertThat(freight.offers(LHASA, 1, 1, "CNY")).hasSize(1);
    Freight local = new Freight(List.of(courier("near", 1, true, rule("33", 1_00))));
    assertThat(local.carry(null, LHASA, 1, 1, "CNY")).isEqualTo(new Carriage.NotThere());
  }

  @Test
  void anInactiveOrUnknownCourierIsNotChosen() {
    Freight freight =
        new Freight(
            List.of(courier("old", 1, false, rule("", 1)), courier("now", 2, true, rule("", 2))));
    assertThat(freight.carry("old", HANGZHOU, 1, 1, "CNY")).isEqualTo(new Carriage.NoSuchCourier());
    assertThat(freight.carry("none", HANGZHOU, 1, 1, "CNY"))
        .isEqualTo(new Carriage.NoSuchCourier());
    assertThat(fee(freight, HANGZHOU)).isEqualTo(2);
    assertThat(freight.couriers()).extracting(Courier::id).containsExactly("old", "now");
  }

  @Test
  void aShopWithoutCouriersCarriesForNothing() {
    Freight none = new Freight(List.of());
    assertThat(none.carry(null, HANGZHOU, 1, 1, "CNY")).isEqualTo(new Carriage.Unpriced());
    assertThat(none.carry("any", HANGZHOU, 1, 1, "CNY")).isEqualTo(new Carriage.NoSuchCourier());
  }

  @Test
  void aBasketInAnotherCurrencyGoesOnlyWhereItIsFree() {
    assertThat(DEMO.carry("express", HANGZHOU, 1, 1, "JPY")).isEqualTo(new Carriage.NotThere());
    assertThat(DEMO.offers(HANGZHOU, 1, 1, "JPY"))
        .extracting(CourierOffer::id)
        .containsExactly("standard");
  }

  @Test
  void theHeaviestBasketOfTheDearestRuleStaysANumber() {
    FreightRule dearest =
        new FreightRule(
            "",
            1,
            FreightRule.FEE_MAX,
            FreightRule.STEP_GRAMS_MIN,
            FreightRule.FEE_MAX,
            null,
            0,
            0);
    Freight freight = new Freight(List.of(courier("dear", 1, true, dearest)));
    long grams = 100L * 999 * Integer.MAX_VALUE;
    assertThat(freight.carry(null, HANGZHOU, grams, 1, "CNY")).isInstanceOf(Carriage.By.class);
    assertThatThrownBy(() -> freight.carry(null, HANGZHOU, grams + 1, 1, "CNY"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rulesOutOfRangeCantBeMade() {
    assertThatThrownBy(() -> rule("3", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule("3301060", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule("33a1", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule("33", -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FreightRule("", 1, 1, 100, 1, null, 3, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> courier("one", 1, true, rule("33", 1), rule("33", 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> courier("one", 1, true)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Against the rule as people say it: every step begun counts, counted one after the other. */
  @Test
  void randomRulesCostWhatTheyShould() {
    Random random = new Random(20261124);
    for (int round = 0; round < 5_000; round++) {
      Long above = random.nextInt(3) == 0 ? (long) random.nextInt(1_000) : null;
      FreightRule rule =
          new FreightRule(
              "",
              1 + random.nextInt(3_000),
              random.nextInt(5_000),
              100 + random.nextInt(900),
              random.nextInt(1_000),
              above,
              1,
              2);
      long grams = random.nextInt(20_000);
      long goods = random.nextInt(1_200);
      Freight freight = new Freight(List.of(courier("any", 1, true, rule)));
      long expected = rule.firstFee();
      for (long carried = rule.firstGrams(); carried < grams; carried += rule.stepGrams()) {
        expected += rule.stepFee();
      }
      if (above != null && goods >= above) {
        expected = 0;
      }
      Carriage carriage = freight.carry(null, HANGZHOU, grams, goods, "CNY");
      assertThat(((Carriage.By) carriage).offer().fee())
          .as("%s of %d g for %d", rule, grams, goods)
          .isEqualTo(expected);
    }
  }

  /** More weight never costs less, and more goods never make freight dearer. */
  @Test
  void freightIsMonotonous() {
    Random random = new Random(7);
    List<String> regions = Regions.all().codes();
    for (int round = 0; round < 2_000; round++) {
      String region = regions.get(random.nextInt(regions.size()));
      long grams = random.nextLong(1_000_000);
      long goods = random.nextLong(60_000);
      List<Long> fees = new ArrayList<>();
      for (long[] basket :
          new long[][] {{grams, goods}, {grams + 400, goods}, {grams, goods + 400}}) {
        Carriage by = DEMO.carry("express", region, basket[0], basket[1], "CNY");
        fees.add(((Carriage.By) by).offer().fee());
      }
      assertThat(fees.get(1)).isGreaterThanOrEqualTo(fees.get(0));
      assertThat(fees.get(2)).isLessThanOrEqualTo(fees.get(0));
    }
  }

  private static long fee(Freight freight, String region) {
    @Nullable String any = null;
    return ((Carriage.By) freight.carry(any, region, 1, 1, "CNY")).offer().fee();
  }

  private static FreightRule rule(String region, long fee) {
    return new FreightRule(region, 1_000, fee, 1_000, 0, null, 1, 2);
  }

  private static Courier courier(String id, int position, boolean active, FreightRule... rules) {
    return new Courier(id, position, id, id, active, "CNY", 1, List.of(rules));
  }
}
