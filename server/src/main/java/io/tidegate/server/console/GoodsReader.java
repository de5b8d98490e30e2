package io.tidegate.server.console;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.GoodsStore;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.catalog.StoredSku;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.kernel.Money;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads goods with prices and stock, and puts them into words of one language. */
final class GoodsReader {
  static final int PRODUCTS = 20;
  private static final GoodsList.Pieces NONE = new GoodsList.Pieces("–", "–", "–");

  private final Console.Goods goods;
  private final GoodsStore store;
  private final List<Warehouse> warehouses;
  private final InstantSource clock;

  GoodsReader(
      Console.Goods goods, GoodsStore store, List<Warehouse> warehouses, InstantSource clock) {
    this.goods = goods;
    this.store = store;
    this.warehouses = List.copyOf(warehouses);
    this.clock = clock;
  }

  /**
   * A page of the list.
   *
   * @param next behind which rank it goes on; null at its end
   */
  record Found(List<GoodsList.Row> rows, @Nullable Long next) {}

  Optional<StoredSku> sku(String code) {
    return store.sku(code);
  }

  /** The warehouses that stock is corrected in. */
  List<OrderList.Choice> warehouses(Texts t) {
    List<OrderList.Choice> choices = new ArrayList<>();
    choices.add(new OrderList.Choice("", t.of("goods.fullest"), true));
    for (Warehouse each : warehouses) {
      String name =
          switch (t.language()) {
            case ZH -> each.nameZh();
            case EN -> each.nameEn();
          };
      choices.add(new OrderList.Choice(each.id(), name, false));
    }
    return List.copyOf(choices);
  }

  /**
   * Goods in the order of the list, or best ones first where something was typed.
   *
   * @param category its code; empty for all
   * @param after the rank behind which to go on; null for the beginning
   */
  Found find(String text, String category, @Nullable Long after, Texts t) {
    // What was edited on another node just now is here too.
    goods.prices().refresh();
    List<GoodsSearch.Hit> hits =
        text.isEmpty() ? inOrder(category, after) : best(text, category, after);
    List<GoodsSearch.Hit> shown = hits.subList(0, Math.min(PRODUCTS, hits.size()));
    List<StoredSku> skus = store.skusOf(shown.stream().map(hit -> hit.goods().id()).toList());
    Map<String, Stock> stock =
        goods.stock().find(skus.stream().map(StoredSku::code).toList()).stream()
            .collect(Collectors.toMap(Stock::sku, Function.identity()));
    Map<String, List<StoredSku>> byProduct =
        skus.stream().collect(Collectors.groupingBy(sku -> sku.form().product()));
    List<GoodsList.Row> rows = new ArrayList<>();
    for (GoodsSearch.Hit hit : shown) {
      for (StoredSku sku : byProduct.getOrDefault(hit.goods().id(), List.of())) {
        rows.add(row(hit.goods(), sku, stock.get(sku.code()), t));
      }
    }
    return new Found(List.copyOf(rows), hits.size() > PRODUCTS ? shown.getLast().rank() : null);
  }

  private List<GoodsSearch.Hit> inOrder(String category, @Nullable Long after) {
    List<GoodsSearch.Hit> hits = new ArrayList<>();
    for (Catalog.Goods each : goods.prices().catalog().productsAfter(after == null ? 0 : after)) {
      if (category.isEmpty() || each.category().equals(category)) {
        hits.add(new GoodsSearch.Hit(each, each.position()));
        if (hits.size() > PRODUCTS) {
          break;
        }
      }
    }
    return hits;
  }

  private List<GoodsSearch.Hit> best(String text, String category, @Nullable Long after) {
    return goods
        .search()
        .find(
            text,
            category.isEmpty() ? null : category,
            true,
            after == null ? Long.MAX_VALUE : after,
            PRODUCTS + 1);
  }

  private GoodsList.Row row(Catalog.Goods product, StoredSku sku, @Nullable Stock stock, Texts t) {
    Money price = sku.form().price();
    Offer inForce = goods.prices().offer(sku.code(), clock.instant());
    boolean listed = sku.form().active() && product.active();
    return new GoodsList.Row(
        sku.code(),
        "/console/goods/" + sku.code(),
        "/images/products/" + product.id() + ".svg",
        title(product, t),
        variant(sku, t),
        category(product, t),
        Shown.money(price),
        inForce == null || inForce.price().equals(price) ? "" : Shown.money(inForce.price()),
        price.decimal(),
        price.currency(),
        sku.version(),
        sku.form().active(),
        new OrderList.State(
            listed ? "ok" : "closed", t.of(listed ? "goods.on_sale" : "goods.off_sale")),
        stock == null
            ? NONE
            : new GoodsList.Pieces(
                number(stock.available()), number(stock.locked()), number(stock.sold())));
  }

  private static String title(Catalog.Goods product, Texts t) {
    return switch (t.language()) {
      case ZH -> product.titleZh();
      case EN -> product.titleEn();
    };
  }

  private static String variant(StoredSku sku, Texts t) {
    return switch (t.language()) {
      case ZH -> sku.form().titleZh();
      case EN -> sku.form().titleEn();
    };
  }

  private static String category(Catalog.Goods product, Texts t) {
    Category category = Category.of(product.category());
    return switch (t.language()) {
      case ZH -> category.titleZh();
      case EN -> category.titleEn();
    };
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
