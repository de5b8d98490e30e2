package io.tidegate.shop.kernel;

import io.tidegate.platform.db.Rank;

/** The order in which the shop's rows are locked, on every node and in every lane. */
public enum LockRank implements Rank {
  LEASE,
  DUE,
  ORDER,
  PAYMENT,
  REFUND,
  COUPON,
  ACCOUNT,
  TASK,
  ON_HAND,
  STOCK;

  @Override
  public int level() {
    return ordinal();
  }
}
