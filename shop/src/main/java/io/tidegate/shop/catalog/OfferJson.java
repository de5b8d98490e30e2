package io.tidegate.shop.catalog;

import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Reply;

/**
 * A SKU as the API shows it.
 *
 * @param goods the product it belongs to
 * @param listed at its list price
 * @param inForce the same at the price in force
 */
public record OfferJson(
    Catalog.Goods goods, Offer listed, Offer inForce, GoodsLanguage language, boolean sellable) {

  /** The SKU by itself, with the ETag that an editor of its price names. */
  public Reply reply() {
    return Reply.json(
            200,
            json -> {
              json.beginObject().field("sku", listed.sku()).field("product", listed.product());
              members(json);
              json.endObject();
            })
        .header("ETag", tag().header());
  }

  /** The SKU as a part of its product. */
  public void write(JsonWriter json) {
    json.beginObject().field("sku", listed.sku());
    members(json);
    json.endObject();
  }

  /** What changes without the version of a SKU: stock, titles, and prices by the time. */
  public EntityTag tag() {
    int shown = 31 * title().hashCode() + Long.hashCode(inForce.price().amount());
    return new EntityTag(
        listed.version(), language.tag() + (sellable ? "1" : "0") + Integer.toHexString(shown));
  }

  /** A product's title. */
  public static String title(Catalog.Goods goods, GoodsLanguage language) {
    return switch (language) {
      case ZH -> goods.titleZh();
      case EN -> goods.titleEn();
    };
  }

  private String title() {
    return switch (language) {
      case ZH -> listed.title();
      case EN -> (goods.titleEn() + " " + listed.titleEn()).strip();
    };
  }

  private void members(JsonWriter json) {
    json.field("title", title())
        .money("price", inForce.price().amount(), inForce.price().currency());
    if (!inForce.price().equals(listed.price())) {
      json.money("listPrice", listed.price().amount(), listed.price().currency());
    }
    json.field("sellable", sellable);
  }
}
