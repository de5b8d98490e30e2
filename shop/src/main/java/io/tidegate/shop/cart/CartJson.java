package io.tidegate.shop.cart;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.Money;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Carts as the API shows them. */
final class CartJson {

  private final Function<String, Optional<Catalog.Goods>> products;

  CartJson(Function<String, Optional<Catalog.Goods>> products) {
    this.products = products;
  }

  /** The members of a cart. */
  void members(JsonWriter json, CartView cart, GoodsLanguage language) {
    json.name("items").beginArray();
    cart.lines().forEach(line -> line(json, line, language));
    json.endArray().money("total", cart.total().amount(), cart.total().currency());
  }

  /** What a merge left out; absent where that is nothing. */
  static void skipped(JsonWriter json, List<Cart.Skipped> skipped) {
    if (skipped.isEmpty()) {
      return;
    }
    json.name("skipped").beginArray();
    for (Cart.Skipped each : skipped) {
      json.beginObject().field("sku", each.sku()).field("problem", problem(each.why())).endObject();
    }
    json.endArray();
  }

  /** The stable code of a refusal. */
  static String problem(Cart.Refusal why) {
    return switch (why) {
      case NOT_SELLABLE -> "not_sellable";
      case FULL -> "cart_full";
    };
  }

  private void line(JsonWriter json, CartView.Line line, GoodsLanguage language) {
    CartItem item = line.item();
    json.beginObject().field("sku", item.sku());
    Offer offer = line.offer();
    if (offer != null) {
      Money price = offer.price();
      json.field("product", offer.product())
          .field("title", title(offer, language))
          .money("price", price.amount(), price.currency());
    }
    Money total = line.total();
    if (total != null) {
      json.money("total", total.amount(), total.currency());
    }
    CartView.Trouble trouble = line.trouble();
    json.field("quantity", item.quantity())
        .field("selected", item.selected())
        .field("addedAt", item.addedAt())
        .field("sellable", trouble == null)
        .fieldIfPresent("problem", trouble == null ? null : trouble.name().toLowerCase(Locale.ROOT))
        .endObject();
  }

  private String title(Offer offer, GoodsLanguage language) {
    return switch (language) {
      case ZH -> offer.title();
      case EN ->
          products
              .apply(offer.product())
              .map(goods -> (goods.titleEn() + " " + offer.titleEn()).strip())
              .orElse(offer.title());
    };
  }
}
