package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.fulfilment.Carriage;
import io.tidegate.shop.fulfilment.CourierOffer;
import io.tidegate.shop.fulfilment.Freight;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FreightStore;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.promotion.Saving;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prices, promotions and freight in memory, as of one revision of them all. */
public final class TariffBook {

  private final PriceBook prices;
  private final FreightBook freight;
  private final PointsSpending points;

  public TariffBook(PriceBook prices, FreightBook freight, PointsSpending points) {
    this.prices = prices;
    this.freight = freight;
    this.points = points;
  }

  /** What a database has, as it is now, for tools beside the program. */
  public static TariffBook of(Database database) {
    TariffBook book =
        new TariffBook(
            new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database)),
            new FreightBook(new FreightStore(database)),
            PointsSpending.DEFAULT);
    book.refresh();
    return book;
  }

  /** The goods at their list prices. */
  public Catalog catalog() {
    return prices.catalog();
  }

  /**
   * What is known now.
   *
   * @param revision the catalogue's, than which nothing of it is older: whoever writes by it has
   *     the database compare it
   */
  public record Seen(long revision, Tariff tariff) {}

  public Seen seen() {
    FreightBook.Seen carriage = freight.seen();
    long revision = Math.min(prices.revision(), carriage.revision());
    return new Seen(revision, new Books(prices, carriage.freight(), points));
  }

  /** Takes over what changed since the last call. */
  public void refresh() {
    prices.refresh();
    freight.refresh();
  }

  private record Books(PriceBook prices, Freight freight, PointsSpending points) implements Tariff {

    @Override
    public @Nullable Offer offer(String sku, Instant at) {
      return prices.offer(sku, at);
    }

    @Override
    public List<Saving> savings(List<BasketLine> basket, String currency, Instant at) {
      return prices.savings(basket, currency, at);
    }

    @Override
    public Carriage carry(
        @Nullable String courier, String region, long grams, long goods, String currency) {
      return freight.carry(courier, region, grams, goods, currency);
    }

    @Override
    public List<CourierOffer> couriers(String region, long grams, long goods, String currency) {
      return freight.offers(region, grams, goods, currency);
    }
  }
}
