package io.tidegate.shop.ordering;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.fulfilment.Carriage;
import io.tidegate.shop.fulfilment.CourierOffer;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.promotion.Saving;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that pricing looks up, from memory: what goods, their carriage and points come to. */
public interface Tariff {

  /** A SKU at the price in force at that moment; null for one that nobody knows. */
  @Nullable Offer offer(String sku, Instant at);

  /** What promotions take off a basket at that moment, in the order in which they are taken. */
  List<Saving> savings(List<BasketLine> basket, String currency, Instant at);

  /**
   * Who carries a basket for how much.
   *
   * @param courier null for the one that the shop takes
   * @param goods what the goods cost, promotions taken off
   */
  Carriage carry(@Nullable String courier, String region, long grams, long goods, String currency);

  /** All who may be chosen to carry it, the one that the shop takes first. */
  List<CourierOffer> couriers(String region, long grams, long goods, String currency);

  /** What points pay. */
  PointsSpending points();

  /** A tariff of goods alone: no promotion, no freight. */
  static Tariff of(Offers offers) {
    return new GoodsAlone(offers);
  }

  /** Where prices come from. */
  @FunctionalInterface
  interface Offers {
    @Nullable Offer offer(String sku, Instant at);
  }

  /** What {@link #of} makes. */
  record GoodsAlone(Offers offers) implements Tariff {

    @Override
    public @Nullable Offer offer(String sku, Instant at) {
      return offers.offer(sku, at);
    }

    @Override
    public List<Saving> savings(List<BasketLine> basket, String currency, Instant at) {
      return List.of();
    }

    @Override
    public Carriage carry(
        @Nullable String courier, String region, long grams, long goods, String currency) {
      return courier == null ? new Carriage.Unpriced() : new Carriage.NoSuchCourier();
    }

    @Override
    public List<CourierOffer> couriers(String region, long grams, long goods, String currency) {
      return List.of();
    }

    @Override
    public PointsSpending points() {
      return PointsSpending.DEFAULT;
    }
  }
}
