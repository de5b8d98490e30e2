package io.tidegate.shop.catalog;

import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Reply;

/** SKUs as the API shows them. */
public final class OfferJson {

  private OfferJson() {}

  /**
   * A SKU by itself, with the ETag that an editor of its price names.
   *
   * @param goods the product it belongs to
   */
  public static Reply reply(
      Catalog.Goods goods, Offer offer, GoodsLanguage language, boolean sellable) {
    return Reply.json(
            200,
            json -> {
              json.beginObject().field("sku", offer.sku()).field("product", offer.product());
              members(json, goods, offer, language, sellable);
              json.endObject();
            })
        .header("ETag", tag(offer, language, sellable).header());
  }

  /** A SKU as a part of its product. */
  public static void write(
      JsonWriter json, Catalog.Goods goods, Offer offer, GoodsLanguage language, boolean sellable) {
    json.beginObject().field("sku", offer.sku());
    members(json, goods, offer, language, sellable);
    json.endObject();
  }

  /** What changes without the version of a SKU is its stock, and the language of the reader. */
  public static EntityTag tag(Offer offer, GoodsLanguage language, boolean sellable) {
    return new EntityTag(offer.version(), language.tag() + (sellable ? "1" : "0"));
  }

  /** A product's title. */
  public static String title(Catalog.Goods goods, GoodsLanguage language) {
    return switch (language) {
      case ZH -> goods.titleZh();
      case EN -> goods.titleEn();
    };
  }

  private static void members(
      JsonWriter json, Catalog.Goods goods, Offer offer, GoodsLanguage language, boolean sellable) {
    String title =
        switch (language) {
          case ZH -> offer.title();
          case EN -> (goods.titleEn() + " " + offer.titleEn()).strip();
        };
    json.field("title", title)
        .money("price", offer.price().amount(), offer.price().currency())
        .field("sellable", sellable);
  }
}
