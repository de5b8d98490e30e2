package io.tidegate.shop.kernel;

import io.tidegate.platform.db.Rank;

/** The order in which the shop's rows are locked, on every node and in every lane. */
public enum LockRank implements Rank {
  LEASE,
  DUE,
  SALE,
  ORDER,
  CASE,
  PAYMENT,
  REFUND,
  CART,
  DECISION,
  COUPON,
  ACCOUNT,
  TASK,
  ON_HAND,
  POOL,
  STOCK;

  @Override
  public int level() {
    return ordinal();
  }
}
