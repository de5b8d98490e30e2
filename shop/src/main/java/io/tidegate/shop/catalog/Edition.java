package io.tidegate.shop.catalog;

import java.util.List;

/**
 * A later edition of the written products: the same goods under a further name, at a price and
 * stock of their own.
 *
 * @param number from 1
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

  Product of(Product written) {
    List<Sku> skus = written.skus().stream().map(sku -> sku(written.id(), sku)).toList();
    return new Product(
        written.id() + "-e" + number,
        written.titleZh() + " " + name(NAMES_ZH, " 第 " + series() + " 辑"),
        written.titleEn() + ", " + name(NAMES_EN, " No. " + series()),
        written.category(),
        written.glyph(),
        skus);
  }

  private Sku sku(String product, Sku written) {
    // The change belongs to the product, so that a larger variant never gets cheaper than a smaller
    // one.
    int percent = spread(product, 2 * PRICE_CHANGE_PERCENT_MAX + 1) - PRICE_CHANGE_PERCENT_MAX;
    return new Sku(
        written.code() + "-E" + number,
        written.variantZh(),
        written.variantEn(),
        price(written.priceFen(), percent),
        written.weightGrams(),
        written.stockUnits() / 2 + spread(written.code(), written.stockUnits() + 1));
  }

  /** Whole yuan away from the written price, so that 38.90 stays a price that ends in .90. */
  private static long price(long writtenFen, int percent) {
    long changeYuan = Math.floorDiv(writtenFen * percent, 100L * FEN_PER_YUAN);
    return Math.max(writtenFen + changeYuan * FEN_PER_YUAN, writtenFen / 2);
  }

  private String name(List<String> names, String seriesName) {
    String name = names.get((number - 1) % names.size());
    return series() == 1 ? name : name + seriesName;
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
