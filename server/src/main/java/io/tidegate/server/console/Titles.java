package io.tidegate.server.console;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Offer;

/** What goods are called in the reader's language; orders keep the titles they were placed with. */
final class Titles {
  private final Catalog catalog;

  Titles(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The English title of a SKU; empty for readers of Chinese and for what is sold no more. */
  String note(String sku, Language language) {
    Offer offer = catalog.offer(sku);
    if (offer == null || language == Language.ZH) {
      return "";
    }
    String product = catalog.product(offer.product()).map(Catalog.Goods::titleEn).orElse("");
    return offer.titleEn().isEmpty() ? product : product + ", " + offer.titleEn();
  }
}
