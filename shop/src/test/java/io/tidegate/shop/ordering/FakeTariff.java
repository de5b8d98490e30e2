package io.tidegate.shop.ordering;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.fulfilment.Carriage;
import io.tidegate.shop.fulfilment.CourierOffer;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.promotion.Saving;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tariff that a test writes: from a moment on other prices hold. */
final class FakeTariff implements Tariff {

  private final Map<String, Offer> offers = new HashMap<>();
  private final Map<String, Long> later = new HashMap<>();
  private Instant change = Instant.MAX;
  private Promotions promotions = (_, _) -> List.of();
  private long fee;
  private PointsSpending points = PointsSpending.DEFAULT;

  /** What promotions a test has. */
  @FunctionalInterface
  interface Promotions {
    List<Saving> savings(List<BasketLine> basket, Instant at);
  }

  FakeTariff goods(String sku, long price) {
    offers.put(
        sku, new Offer(sku, "P", "phones", "T " + sku, "", "", Money.cny(price), 100, true, 1));
    return this;
  }

  /** From this moment on it costs something else. */
  FakeTariff from(Instant at, String sku, long price) {
    change = at;
    later.put(sku, price);
    return this;
  }

  FakeTariff promotions(Promotions all) {
    promotions = all;
    return this;
  }

  FakeTariff fee(long each) {
    fee = each;
    return this;
  }

  FakeTariff points(PointsSpending spending) {
    points = spending;
    return this;
  }

  @Override
  public @Nullable Offer offer(String sku, Instant at) {
    Offer offer = offers.get(sku);
    Long other = at.isBefore(change) ? null : later.get(sku);
    return offer == null || other == null ? offer : offer.at(Money.cny(other));
  }

  @Override
  public List<Saving> savings(List<BasketLine> basket, String currency, Instant at) {
    return promotions.savings(basket, at);
  }

  @Override
  public Carriage carry(
      @Nullable String courier, String region, long grams, long goods, String currency) {
    if (courier != null && !courier.equals("usual")) {
      return courier.equals("near") ? new Carriage.NotThere() : new Carriage.NoSuchCourier();
    }
    return new Carriage.By(new CourierOffer("usual", "", "", fee, 1, 2));
  }

  @Override
  public List<CourierOffer> couriers(String region, long grams, long goods, String currency) {
    return List.of(new CourierOffer("usual", "", "", fee, 1, 2));
  }

  @Override
  public PointsSpending points() {
    return points;
  }
}
