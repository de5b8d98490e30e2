package io.tidegate.server.console;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.flashsale.Mode;
import io.tidegate.shop.kernel.Money;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The fields of a new flash sale, read into what plans one. */
final class SaleForm {
  private static final int WORDS_OF_A_LINE = 4;

  private SaleForm() {}

  /** What is sent twice is done once; a page that is loaded anew asks for something new. */
  static Map<String, String> blank() {
    return Map.of(
        "key",
        UUID.randomUUID().toString(),
        "mode",
        Mode.FIRST_COME.word(),
        "payWindowMinutes",
        "15",
        "challengeBits",
        "0");
  }

  /** A line for each of the goods: its SKU, its price, pieces, and pieces for one customer. */
  static Fields made(Map<String, String> typed, ZoneId zone, Catalog catalog) {
    FormJson form =
        new FormJson(typed, zone).text("title").text("mode").time("startsAt").time("endsAt");
    if (form.typed("mode").equals(Mode.DRAW.word())) {
      form.time("drawAt");
    }
    form.number("payWindowMinutes").optionalNumber("challengeBits");
    JsonWriter json = form.json().name("items").beginArray();
    for (String line : FormJson.lines(form.typed("items"))) {
      List<String> words = FormJson.words(line);
      boolean whole = words.size() == WORDS_OF_A_LINE;
      String sku = words.isEmpty() ? "" : words.getFirst();
      Offer offer = catalog.offer(sku);
      json.beginObject().field("sku", sku);
      String currency = offer == null ? Money.CNY : offer.price().currency();
      form.money("price", whole ? words.get(1) : "", currency);
      form.number("allocation", whole ? words.get(2) : "");
      form.number("perUser", whole ? words.get(3) : "");
      json.endObject();
    }
    json.endArray();
    return form.fields();
  }

  /** SKUs that the shop doesn't have. */
  static Map<String, List<String>> suspects(Map<String, String> typed, Catalog catalog) {
    return Map.of(
        "items",
        FormJson.lines(typed.getOrDefault("items", "")).stream()
            .map(FormJson::words)
            .filter(words -> !words.isEmpty() && catalog.offer(words.getFirst()) == null)
            .map(List::getFirst)
            .toList());
  }
}
