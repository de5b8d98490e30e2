package io.tidegate.server.console;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.Money;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** The fields of price lists and promotions, read into what makes one. */
final class PromotionForm {

  private PromotionForm() {}

  static Map<String, String> blankList() {
    return Map.of("pricing", "percent", "scope", "shop");
  }

  static Map<String, String> blankPromotion() {
    return Map.of("kind", "percent_off", "scope", "shop");
  }

  /** A percentage of goods, or a price for each SKU that has a line. */
  static Fields list(Map<String, String> typed, ZoneId zone, Catalog catalog) {
    FormJson form = new FormJson(typed, zone).text("title").time("startsAt").optionalTime("endsAt");
    if (!form.typed("pricing").equals("prices")) {
      return form.number("percent").scope().fields();
    }
    JsonWriter json = form.json().name("prices").beginArray();
    for (String line : FormJson.lines(form.typed("prices"))) {
      List<String> words = FormJson.words(line);
      String sku = words.isEmpty() ? "" : words.getFirst();
      Offer offer = catalog.offer(sku);
      json.beginObject().field("sku", sku);
      String currency = offer == null ? Money.CNY : offer.price().currency();
      form.money("price", second(words), currency);
      json.endObject();
    }
    json.endArray();
    return form.fields();
  }

  static Fields promotion(Map<String, String> typed, ZoneId zone) {
    FormJson form = new FormJson(typed, zone).text("title").time("startsAt").optionalTime("endsAt");
    form.text("kind").scope();
    switch (form.typed("kind")) {
      case "percent_off" -> form.number("percent");
      case "amount_off" -> form.money("amount", Money.CNY);
      default -> {
        JsonWriter json = form.json().name("tiers").beginArray();
        for (String line : FormJson.lines(form.typed("tiers"))) {
          List<String> words = FormJson.words(line);
          json.beginObject();
          form.money("spend", words.isEmpty() ? "" : words.getFirst(), Money.CNY);
          form.money("save", second(words), Money.CNY);
          json.endObject();
        }
        json.endArray();
        form.truth("repeats", !form.typed("repeats").isEmpty());
      }
    }
    return form.fields();
  }

  /** The second of two words; nothing that could be read where there are more. */
  private static String second(List<String> words) {
    return words.size() == 2 ? words.get(1) : "";
  }

  /** SKUs that the shop doesn't have. */
  static Map<String, List<String>> suspects(Map<String, String> typed, Catalog catalog) {
    return Map.of(
        "skus",
        FormJson.words(typed.getOrDefault("skus", "")).stream()
            .filter(sku -> catalog.offer(sku) == null)
            .toList());
  }
}
