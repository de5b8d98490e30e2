package io.tidegate.shop.promotion;

import java.util.Set;

/** The goods that a price list or a promotion is for. */
public sealed interface Scope {

  /** Everything the shop sells. */
  record Shop() implements Scope {}

  /** The goods of one category, by its code. */
  record InCategory(String category) implements Scope {}

  /** These SKUs. */
  record OfSkus(Set<String> skus) implements Scope {
    public OfSkus {
      skus = Set.copyOf(skus);
      if (skus.isEmpty()) {
        throw new IllegalArgumentException("a scope of no SKU");
      }
    }
  }

  /** Whether it holds for a SKU, which is in a category. */
  default boolean covers(String sku, String category) {
    return switch (this) {
      case Shop() -> true;
      case InCategory(String own) -> own.equals(category);
      case OfSkus(Set<String> skus) -> skus.contains(sku);
    };
  }

  /** The narrower the smaller: what is said of a SKU comes before what is said of the shop. */
  default int width() {
    return switch (this) {
      case OfSkus _ -> 0;
      case InCategory _ -> 1;
      case Shop _ -> 2;
    };
  }
}
