package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A member of the staff prices a SKU anew.
 *
 * @param expectedVersion the SKU's version that was seen; null where any will do
 */
record SetPrice(String sku, @Nullable Long expectedVersion, Money price) {

  SetPrice {
    if (!GoodsRules.isPrice(price.amount())) {
      throw new IllegalArgumentException("no price of goods: " + price.amount());
    }
  }

  /** Why a price stays as it is. */
  enum Refusal {
    /** It was edited since. */
    STALE,
    /** Orders, price lists and books hold the old currency. */
    OTHER_CURRENCY
  }

  Outcome<Offer, Refusal> decide(Offer offer) {
    if (expectedVersion != null && expectedVersion != offer.version()) {
      return Outcome.refused(Refusal.STALE);
    }
    if (!price.currency().equals(offer.price().currency())) {
      return Outcome.refused(Refusal.OTHER_CURRENCY);
    }
    if (price.equals(offer.price())) {
      return Outcome.alreadyApplied(offer);
    }
    return Outcome.applied(offer.priced(price));
  }
}
