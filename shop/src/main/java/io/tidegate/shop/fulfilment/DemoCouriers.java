package io.tidegate.shop.fulfilment;

import io.tidegate.shop.kernel.Money;
import java.util.List;

/**
 * The couriers of the demo shop: one that carries free except to the two remote provinces, and a
 * fast one by weight, free above 299 yuan.
 */
public final class DemoCouriers {

  private static final String TIBET = "54";
  private static final String XINJIANG = "65";
  private static final long EXPRESS_FREE_ABOVE = 299_00;

  private DemoCouriers() {}

  public static List<Courier> all() {
    return List.of(
        courier(
            "standard",
            10,
            "标准快递",
            "Standard",
            List.of(
                new FreightRule("", 1_000, 0, 1_000, 0, null, 3, 5),
                new FreightRule(TIBET, 1_000, 15_00, 1_000, 8_00, null, 6, 10),
                new FreightRule(XINJIANG, 1_000, 15_00, 1_000, 8_00, null, 6, 10))),
        courier(
            "express",
            20,
            "特快专递",
            "Express",
            List.of(
                new FreightRule("", 1_000, 12_00, 500, 3_00, EXPRESS_FREE_ABOVE, 1, 2),
                new FreightRule(TIBET, 1_000, 28_00, 500, 9_00, null, 3, 5),
                new FreightRule(XINJIANG, 1_000, 28_00, 500, 9_00, null, 3, 5))));
  }

  private static Courier courier(
      String id, int position, String nameZh, String nameEn, List<FreightRule> rules) {
    return new Courier(id, position, nameZh, nameEn, true, Money.CNY, 1, rules);
  }
}
