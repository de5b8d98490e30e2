package io.tidegate.shop.catalog;

import io.tidegate.platform.http.Fields;

/** Prices of goods as staff send them. */
public final class PriceJson {

  private PriceJson() {}

  /** The price in a member of a body; one that goods can't have is noted there. */
  public static Fields.Amount price(Fields body, String member) {
    Fields.Amount price = body.money(member);
    if (body.has(member) && !GoodsRules.isPrice(price.amount())) {
      body.refuse(member, "must be from 1 to " + GoodsRules.PRICE_MAX);
    }
    return price;
  }
}
