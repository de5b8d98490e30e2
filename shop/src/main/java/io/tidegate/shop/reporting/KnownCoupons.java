package io.tidegate.shop.reporting;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Of which template each coupon is, as far as it was read already: kept in the rollups' file. */
final class KnownCoupons {

  /** Coupons that are asked for and kept by one statement. */
  private static final int COUPONS_AT_ONCE = 1_000;

  private final CouponTemplates templates;

  /** The engine refuses one of two that keep the same; who asks for them waits for nobody. */
  private final ReentrantLock keeping = new ReentrantLock();

  KnownCoupons(CouponTemplates templates) {
    this.templates = templates;
  }

  /** Has the coupons of days known, before they are read; outside of a transaction. */
  void learn(Connection connection, Days of) throws SQLException {
    if (of.isEmpty()) {
      return;
    }
    List<String> unknown = unknown(connection, of);
    for (int at = 0; at < unknown.size(); at += COUPONS_AT_ONCE) {
      keep(
          connection,
          templates.of(unknown.subList(at, Math.min(at + COUPONS_AT_ONCE, unknown.size()))));
    }
  }

  private static List<String> unknown(Connection connection, Days of) throws SQLException {
    return RollupFile.rows(
            connection,
            """
            select distinct coupon from orders
            where day in (%s) and coupon is not null
              and coupon not in (select coupon from rollup.coupon_template)
            """
                .formatted(of.sql()))
        .stream()
        .map(row -> (String) row[0])
        .toList();
  }

  private void keep(Connection connection, Map<String, String> known) throws SQLException {
    if (known.isEmpty()) {
      return;
    }
    keeping.lock();
    try {
      RollupFile.run(
          connection,
          known.entrySet().stream()
                  .map(each ->
                      "("
                          + LakeViews.quoted(each.getKey())
                          + ", "
                          + LakeViews.quoted(each.getValue())
                          + ")")
                  .collect(
                      Collectors.joining(", ", "insert into rollup.coupon_template values ", ""))
              + " on conflict do nothing");
    } finally {
      keeping.unlock();
    }
  }
}
