package io.tidegate.shop.catalog;

import java.util.Set;

/** What products and SKUs may look like. */
public final class GoodsRules {

  public static final int TITLE_CHARS_MAX = 200;
  public static final int ID_CHARS_MAX = 64;

  /** Ten million yuan: more lines than a cart has, of 999 pieces each, still add up. */
  public static final long PRICE_MAX = 1_000_000_000;

  /** Ten tons. */
  public static final int WEIGHT_GRAMS_MAX = 10_000_000;

  /** What is wrong with a product's id. */
  public static final String PRODUCT_ID = "must be 1 to 64 of a-z, 0-9 and dash";

  /** What is wrong with a SKU's code. */
  public static final String SKU_CODE = "must be 1 to 64 of A-Z, 0-9 and dash";

  private GoodsRules() {}

  public static boolean isProductId(String id) {
    return !id.isEmpty()
        && id.length() <= ID_CHARS_MAX
        && id.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  /** Whether goods may cost so much, in minor units. */
  public static boolean isPrice(long amount) {
    return amount >= 1 && amount <= PRICE_MAX;
  }

  /** Whether a text of goods has only characters that can be shown, in one line. */
  public static boolean isShown(String text) {
    return text.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
  }

  /** The names of the drawings that a product's picture can be made of. */
  public static Set<String> glyphs() {
    return Glyphs.names();
  }

  /** The drawing of a new product that says nothing of it: one that its category has already. */
  public static String glyph(String category) {
    return DemoCatalogue.products()
        .filter(product -> product.category().code().equals(category))
        .map(Product::glyph)
        .findFirst()
        .orElseGet(() -> Glyphs.names().stream().sorted().findFirst().orElseThrow());
  }
}
