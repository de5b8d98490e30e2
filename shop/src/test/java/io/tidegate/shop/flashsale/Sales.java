package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.catalog.Product;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.testing.ShopDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A shop with goods of which sales can be made; each SKU has {@link #STOCK} pieces. */
final class Sales implements AutoCloseable {

  static final long STOCK = 100;
  static final SaleDesk.By EVE = new SaleDesk.By("eve", "");

  private static final AtomicLong KEYS = new AtomicLong();

  final ShopDatabase shop = new ShopDatabase();
  final Database database = shop.database();
  final SaleStore store = new SaleStore(database);
  final SaleBook book = new SaleBook(store);
  final PoolStore pools = new PoolStore(database);
  final EventLog events = new EventLog(database);
  final PriceBook prices =
      new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database));
  final SaleDesk desk =
      new SaleDesk(database, events, () -> {}, prices, book, InstantSource.system());
  final List<String> skus = new ArrayList<>();

  Sales() {
    List<Product> products = DemoCatalogue.products().limit(3).toList();
    products.forEach(product -> skus.add(product.skus().getFirst().code().value()));
    database.write(
        "goods",
        tx -> {
          CatalogStore.add(tx, products);
          String[] codes =
              products.stream()
                  .flatMap(product -> product.skus().stream())
                  .map(sku -> sku.code().value())
                  .toArray(String[]::new);
          long[] pieces = new long[codes.length];
          Arrays.fill(pieces, STOCK);
          StockStore.open(tx, codes, pieces);
          return true;
        });
    prices.refresh();
  }

  static IdempotencyKey key() {
    return IdempotencyKey.of("test", "route", Long.toString(KEYS.incrementAndGet()));
  }

  static Fields json(String text) {
    return Fields.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A plan that starts and ends so long from now; negative: so long ago. */
  String plan(Duration start, Duration end, long... allocations) {
    return plan(start, end, "", allocations);
  }

  /**
   * @param more members, each behind a comma
   */
  String plan(Duration start, Duration end, String more, long... allocations) {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < allocations.length; i++) {
      items
          .append(i == 0 ? "" : ",")
          .append(
              "{\"sku\":\"%s\",\"price\":{\"amount\":990,\"currency\":\"CNY\"},\"allocation\":%d,\"perUser\":2}"
                  .formatted(skus.get(i), allocations[i]));
    }
    Instant now = Instant.now();
    return "{\"title\":\"Midnight\",\"startsAt\":\"%s\",\"endsAt\":\"%s\",\"payWindowMinutes\":5,\"items\":[%s]%s}"
        .formatted(now.plus(start), now.plus(end), items, more);
  }

  Sale planned(Duration start, Duration end, long... allocations) {
    return planned(plan(start, end, allocations));
  }

  Sale planned(String body) {
    Outcome<SaleDesk.Planned, SaleRefusal> outcome = desk.plan(key(), json(body), EVE);
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return sale(((Outcome.Applied<SaleDesk.Planned, SaleRefusal>) outcome).value().id());
  }

  Sale sale(long id) {
    return store.find(id).orElseThrow();
  }

  /** A stock's figure: available, locked, sold or total. */
  long stock(int sku, String column) {
    return shop.number(
        "select " + column + " from inventory.stock where sku = '" + skus.get(sku) + "'");
  }

  /** Types of the events of a sale, in order. */
  List<String> told(long sale) {
    return events.after(0, 10_000).stream()
        .filter(event -> event.key() == sale && event.type().startsWith("sale."))
        .map(event -> event.type())
        .toList();
  }

  static Sale applied(Outcome<Sale, SaleRefusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Sale, SaleRefusal>) outcome).value();
  }

  static SaleRefusal refused(Outcome<Sale, SaleRefusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused<Sale, SaleRefusal>) outcome).why();
  }

  @Override
  public void close() {
    book.close();
    shop.close();
  }
}
