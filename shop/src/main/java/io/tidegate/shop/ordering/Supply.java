package io.tidegate.shop.ordering;

/**
 * What orders draw on, as a batch knows it: less what its earlier orders took. Where the database
 * decides, there is always enough.
 */
interface Supply {

  /** More than anybody may ask for. */
  long ENOUGH = Long.MAX_VALUE;

  /** Pieces of a SKU that can be had. */
  long pieces(String sku);

  /** Whether a customer's coupon waits to be used. */
  boolean hasCoupon(long userId, long coupon);

  /** Points that a customer can spend. */
  long points(long userId);

  /** What is left of a customer's red packet, in minor units. */
  long packet(long userId, long packet);
}
