package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import java.util.List;

/**
 * A later edition of the written products: the same goods under a further name, at a price and
 * stock of their own.
 *
 * @param number 0 is the written goods themselves
 */
record Edition(int number) {

  private static final List<String> NAMES_ZH =
      List.of("春季款", "夏季款", "秋季款", "冬季款", "周年款", "城市款", "海岸款", "山野款");
  private static final List<String> NAMES_EN =
      List.of(
          "Spring edition",
          "Summer edition",
          "Autumn edition",
          "Winter edition",
          "Anniversary edition",
          "City edition",
          "Coast edition",
          "Highland edition");

  /** Prices of editions differ from the written one by at most this. */
  private static final int PRICE_CHANGE_PERCENT_MAX = 15;

  private static final int FEN_PER_YUAN = 100;

  /** The written product in this edition. */
  Product of(Product written) {
    if (number == 0) {
      return written;
    }
    Sku[] skus = new Sku[written.skus().size()];
    for (int i = 0; i < skus.length; i++) {
      skus[i] = sku(written.id(), written.skus().get(i));
    }
    return new Product(
        written.id() + "-e" + number,
        written.titleZh() + " " + name(NAMES_ZH) + (series() == 1 ? "" : " 第 " + series() + " 辑"),
        written.titleEn() + ", " + name(NAMES_EN) + (series() == 1 ? "" : " No. " + series()),
        written.category(),
        written.glyph(),
        List.of(skus));
  }

  private Sku sku(String product, Sku written) {
    // The change belongs to the product, so that a larger variant never gets cheaper than a smaller
    // one.
    int percent = spread(product, 2 * PRICE_CHANGE_PERCENT_MAX + 1) - PRICE_CHANGE_PERCENT_MAX;
    return new Sku(
        new SkuCode(written.code() + "-E" + number),
        written.variantZh(),
        written.variantEn(),
        price(written.price(), percent),
        written.weightGrams(),
        written.stockUnits() / 2 + spread(written.code().value(), written.stockUnits() + 1));
  }

  /** Whole yuan away from the written price, so that 38.90 stays a price that ends in .90. */
  private static Money price(Money written, int percent) {
    long changeYuan = Math.floorDiv(written.amount() * percent, 100L * FEN_PER_YUAN);
    return written.plus(Money.cny(changeYuan * FEN_PER_YUAN));
  }

  private String name(List<String> names) {
    return names.get((number - 1) % names.size());
  }

  private int series() {
    return (number - 1) / NAMES_ZH.size() + 1;
  }

  /**
   * A number from 0 to below the bound that looks random and is the same everywhere
   * (String.hashCode is specified).
   */
  private int spread(String of, int bound) {
    int mixed = (of.hashCode() * 31 + number) * 0x9E3779B9;
    return Math.floorMod(mixed ^ (mixed >>> 15), bound);
  }
}
