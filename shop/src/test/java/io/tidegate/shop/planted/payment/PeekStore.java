package io.tidegate.shop.planted.payment;

import io.tidegate.platform.db.Sql;

/** Planted: reads another noun's table. */
public final class PeekStore {
  private static final Sql PEEK =
      Sql.of(
          "select a.seq from payment.attempt a join ordering.orders o on o.number = a.order_number");

  private PeekStore() {}

  public static String peek() {
    return PEEK.text();
  }
}
