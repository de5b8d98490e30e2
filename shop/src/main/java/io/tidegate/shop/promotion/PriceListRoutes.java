package io.tidegate.shop.promotion;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.PriceJson;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.promotion.PriceList.Prices;
import io.tidegate.shop.promotion.PromotionStore.Changed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Price lists, as staff make them. */
final class PriceListRoutes {

  private PriceListRoutes() {}

  /** Price lists as the routes of staff read, write and show them. */
  record Lists(PromotionStore store) implements TermsDesk.Table<PriceList> {

    private static final int PERCENT_MAX = 99;

    @Override
    public String word() {
      return "price-list";
    }

    @Override
    public Terms terms(PriceList value) {
      return value.terms();
    }

    /** {@code percent} with a scope, or {@code prices:[{sku,price}]}, whose SKUs are the scope. */
    @Override
    public Draft<PriceList> draft(Fields body, Catalog catalog) {
      Long percent = body.optionalInteger("percent", 1, PERCENT_MAX);
      List<Fields> rows = body.optionalArray("prices", 1, TermsJson.SKUS_MAX);
      if ((percent == null) == (rows == null)) {
        body.refuse("must have one of percent, prices");
      }
      String title = TermsJson.title(body);
      Period period = TermsJson.period(body);
      if (rows == null || rows.isEmpty()) {
        Prices prices = new Prices.PercentOfList(percent == null ? 1 : percent.intValue());
        Scope scope = TermsJson.scope(body, catalog);
        return new Draft<>(title, scope, period, terms -> new PriceList(terms, prices));
      }
      Prices prices = prices(rows, catalog);
      Scope scope =
          switch (prices) {
            case Prices.PerSku(Map<String, Long> amounts, String _) when !amounts.isEmpty() ->
                new Scope.OfSkus(amounts.keySet());
            case Prices.PerSku _, Prices.PercentOfList _ -> new Scope.Shop(); // told already
          };
      if (body.has("scope") && !TermsJson.scope(body, catalog).equals(scope)) {
        body.refuse("scope", "must be the SKUs of the prices, or left out");
      }
      return new Draft<>(title, scope, period, terms -> new PriceList(terms, prices));
    }

    private static Prices prices(List<Fields> rows, Catalog catalog) {
      Map<String, Long> amounts = new HashMap<>();
      String currency = "";
      for (Fields row : rows) {
        String sku = row.string("sku", SkuCode.CHARS_MAX);
        Fields.Amount price = PriceJson.price(row, "price");
        TermsJson.mustExist(row, "sku", sku, catalog);
        if (currency.isEmpty()) {
          currency = price.currency();
        }
        if (!price.currency().equals(currency)) {
          row.refuse("price", "must be of one currency");
        }
        if (amounts.put(sku, price.amount()) != null) {
          row.refuse("sku", "comes twice");
        }
      }
      return new Prices.PerSku(amounts, currency);
    }

    @Override
    public void members(JsonWriter json, PriceList value) {
      switch (value.prices()) {
        case Prices.PercentOfList(int percent) -> json.field("percent", percent);
        case Prices.PerSku(Map<String, Long> amounts, String currency) -> {
          json.name("prices").beginArray();
          Set<String> skus = amounts.keySet();
          skus.stream()
              .sorted()
              .forEach(sku ->
                  json.beginObject()
                      .field("sku", sku)
                      .money("price", amounts.getOrDefault(sku, 0L), currency)
                      .endObject());
          json.endArray();
        }
      }
    }

    @Override
    public List<Changed<PriceList>> before(long id, int most) {
      return store.listsBefore(id, most);
    }

    @Override
    public Optional<Changed<PriceList>> find(long id) {
      return store.findList(id);
    }

    @Override
    public Optional<Changed<PriceList>> find(Tx tx, long id) {
      return PromotionStore.findList(tx, id);
    }

    @Override
    public long live(Tx tx) {
      return PromotionStore.liveLists(tx);
    }

    @Override
    public long nextId(Tx tx) {
      return PromotionStore.nextListId(tx);
    }

    @Override
    public void insert(Tx tx, PriceList value) {
      PromotionStore.insert(tx, value);
    }

    @Override
    public void update(Tx tx, PriceList value) {
      PromotionStore.update(tx, value);
    }

    @Override
    public void withdraw(Tx tx, PriceList value) {
      PromotionStore.withdraw(tx, value);
    }
  }
}
