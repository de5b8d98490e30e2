package io.tidegate.shop.fulfilment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What carrying costs, by all couriers of a moment. Immutable and pure.
 *
 * <p>The longest region of a courier's rules that an address lies in decides; a courier without
 * such a rule doesn't go there. A courier has one currency: to a basket in another it carries only
 * where it is free.
 */
public final class Freight {

  /** 100 lines of 999 pieces, each as heavy as a number of 32 bits says. */
  private static final long GRAMS_MAX = 100L * 999 * Integer.MAX_VALUE;

  private static final int REGION_DIGITS = 6;

  /** A courier's rules by their regions. */
  private record Tariff(Courier courier, Map<String, FreightRule> byRegion) {}

  private final List<Courier> couriers;
  private final List<Tariff> active;

  /**
   * @param couriers active or not, in any order
   */
  public Freight(List<Courier> couriers) {
    this.couriers =
        couriers.stream()
            .sorted(Comparator.comparingInt(Courier::position).thenComparing(Courier::id))
            .toList();
    this.active = this.couriers.stream().filter(Courier::active).map(Freight::tariff).toList();
  }

  /** All couriers, active or not, in the order of the customer's choice. */
  public List<Courier> couriers() {
    return couriers;
  }

  /**
   * All couriers that a customer may choose, the one that carries by default first.
   *
   * @param region the address's 6-digit code
   * @param goodsTotal what the goods cost, which decides whether they go free
   * @param currency of the basket
   */
  public List<CourierOffer> offers(String region, long grams, long goodsTotal, String currency) {
    List<CourierOffer> offers = new ArrayList<>(active.size());
    for (Tariff tariff : active) {
      offer(tariff, region, grams, goodsTotal, currency).ifPresent(offers::add);
    }
    return List.copyOf(offers);
  }

  /**
   * The carriage of one basket.
   *
   * @param wish the courier that the customer chose; null for the first that goes there
   */
  public Carriage carry(
      @Nullable String wish, String region, long grams, long goodsTotal, String currency) {
    if (wish == null) {
      if (active.isEmpty()) {
        return new Carriage.Unpriced();
      }
      for (Tariff tariff : active) {
        Optional<CourierOffer> offer = offer(tariff, region, grams, goodsTotal, currency);
        if (offer.isPresent()) {
          return new Carriage.By(offer.get());
        }
      }
      return new Carriage.NotThere();
    }
    for (Tariff tariff : active) {
      if (tariff.courier().id().equals(wish)) {
        return offer(tariff, region, grams, goodsTotal, currency)
            .<Carriage>map(Carriage.By::new)
            .orElseGet(Carriage.NotThere::new);
      }
    }
    return new Carriage.NoSuchCourier();
  }

  private static Optional<CourierOffer> offer(
      Tariff tariff, String region, long grams, long goodsTotal, String currency) {
    if (grams < 0 || grams > GRAMS_MAX || goodsTotal < 0) {
      throw new IllegalArgumentException("a basket of " + grams + " g for " + goodsTotal);
    }
    FreightRule rule = rule(tariff, region);
    Courier courier = tariff.courier();
    if (rule == null || !(rule.isFree() || courier.currency().equals(currency))) {
      return Optional.empty();
    }
    return Optional.of(
        new CourierOffer(
            courier.id(),
            courier.nameZh(),
            courier.nameEn(),
            rule.fee(grams, goodsTotal),
            rule.daysMin(),
            rule.daysMax()));
  }

  private static @Nullable FreightRule rule(Tariff tariff, String region) {
    for (int digits = Math.min(region.length(), REGION_DIGITS); digits >= 0; digits--) {
      FreightRule rule = tariff.byRegion().get(region.substring(0, digits));
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  private static Tariff tariff(Courier courier) {
    Map<String, FreightRule> byRegion = new HashMap<>();
    courier.rules().forEach(rule -> byRegion.put(rule.region(), rule));
    return new Tariff(courier, Map.copyOf(byRegion));
  }
}
