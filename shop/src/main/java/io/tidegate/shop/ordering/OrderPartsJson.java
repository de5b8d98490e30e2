package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an order's page shows of packages that ordering doesn't know or only reads. */
public interface OrderPartsJson {

  /** The seven effects of a paid order; empty until it is paid. */
  List<Effect> effects(Order order);

  /** Writes the order's parcels, each an object. */
  void shipments(JsonWriter json, Order order);

  /**
   * One of the seven effects of a payment.
   *
   * @param name order, stock, points, coupon, red_packet, notification or warehouse
   * @param state pending, done, retrying, dead or reversed
   * @param at when it was done
   */
  record Effect(String name, String state, @Nullable Instant at, int tries) {}
}
