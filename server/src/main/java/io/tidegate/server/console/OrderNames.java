package io.tidegate.server.console;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.fulfilment.Courier;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.ordering.Discount;
import io.tidegate.shop.ordering.Order;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What orders and what belongs to them name by an id, as people call it. */
final class OrderNames {
  private final OrderSources sources;
  private final OrderSources.Named named;
  private final Texts t;

  OrderNames(OrderSources sources, Texts t) {
    this.sources = sources;
    this.named = sources.named();
    this.t = t;
  }

  /** What took something off an order, in the order in which it was taken. */
  List<OrderDetail.Taken> taken(Order order) {
    Map<Long, String> promotions =
        named
            .promotions()
            .titles(
                order.discounts().stream()
                    .filter(discount -> discount.kind() == Discount.Kind.PROMOTION)
                    .map(Discount::number)
                    .collect(Collectors.toSet()));
    String currency = order.amounts().currency();
    return order.discounts().stream()
        .map(discount ->
            new OrderDetail.Taken(
                kind(discount),
                switch (discount.kind()) {
                  case PROMOTION -> promotions.getOrDefault(discount.number(), discount.id());
                  case COUPON -> coupon(order.userId(), discount);
                  case POINTS -> "";
                  case RED_PACKET -> discount.id();
                },
                Shown.money(new Money(-discount.amount(), currency))))
        .toList();
  }

  private String kind(Discount discount) {
    return discount.kind() == Discount.Kind.POINTS
        ? t.with("discount.points", discount.number())
        : t.of("discount." + discount.kind().wire());
  }

  private String coupon(long user, Discount discount) {
    return named
        .coupons()
        .find(user, discount.number())
        .map(coupon ->
            switch (t.language()) {
              case ZH -> coupon.terms().titleZh();
              case EN -> coupon.terms().titleEn();
            })
        .orElse(discount.id());
  }

  /** Who carries an order; one that is gone keeps its id. */
  String courier(Order order) {
    String id = order.courier();
    if (id == null) {
      return t.of("order.no_courier");
    }
    Optional<Courier> known =
        named.freight().freight().couriers().stream()
            .filter(courier -> courier.id().equals(id))
            .findFirst();
    return known
        .map(courier ->
            switch (t.language()) {
              case ZH -> courier.nameZh();
              case EN -> courier.nameEn();
            })
        .orElse(id);
  }

  /** What a warehouse is called; one that nobody knows keeps its id. */
  String warehouse(String id) {
    return warehouse(sources.warehouses(), id, t);
  }

  static String warehouse(Warehouses warehouses, String id, Texts t) {
    return warehouses.all().stream()
        .filter(warehouse -> warehouse.id().equals(id))
        .map(t.language() == Language.ZH ? Warehouse::nameZh : Warehouse::nameEn)
        .findFirst()
        .orElse(id);
  }

  /** Who did something, such as {@code staff:li}. */
  String actor(String actor) {
    int colon = actor.indexOf(':');
    String kind = colon < 0 ? actor : actor.substring(0, colon);
    String who = colon < 0 ? "" : " " + actor.substring(colon + 1);
    return t.named("actor", kind) + who;
  }

  /** The title of a SKU in the reader's language, where orders have it in another one. */
  String title(String sku) {
    return new Titles(sources.catalog()).note(sku, t.language());
  }

  /** Where the picture of a SKU is; empty where there is none. */
  String picture(String sku) {
    Offer offer = sources.catalog().offer(sku);
    return offer == null ? "" : "/images/products/" + offer.product() + ".svg";
  }
}
