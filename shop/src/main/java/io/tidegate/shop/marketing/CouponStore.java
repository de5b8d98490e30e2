package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.Money;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps customers' coupons. */
public final class CouponStore {

  // A row that is there says that the order has brought this coupon, or that it was reclaimed
  // before it came (P1, P3): either way there is nothing to do.
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.coupon
            (template, user_id, order_number, state, granted_at, valid_from, valid_to)
          select template, u, n, 'granted', db.at(valid_from), db.at(valid_from), db.at(valid_to)
          from unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            as g(n, u, template, valid_from, valid_to)
          on conflict (order_number, template) do nothing
          """);
  static final Sql PAGE =
      Sql.of(
          """
          select c.id, c.template, t.title_zh, t.title_en, c.order_number, c.state, t.amount_off,
            t.spend_min, t.currency, c.granted_at, c.valid_from, c.valid_to
          from marketing.coupon c join marketing.coupon_template t on t.id = c.template
          where c.user_id = ? and c.id < ? order by c.id desc limit ?
          """);
  static final Sql DONE =
      Sql.of(
          """
          select order_number, min(granted_at) from marketing.coupon
          where order_number = any(?) group by order_number
          """);
  private static final Sql TEMPLATES = Sql.of("select id from marketing.coupon_template");

  private final Database database;

  public CouponStore(Database database) {
    this.database = database;
  }

  /**
   * Checks that a rule grants only coupons that exist. At start: a grant itself does not look.
   *
   * @throws IllegalArgumentException with the first unknown template
   */
  public void check(CouponGrantRule rule) {
    List<String> known = database.read(TEMPLATES, row -> row.getString(1));
    for (CouponGrantRule.Line line : rule.lines()) {
      if (!known.contains(line.template())) {
        throw new IllegalArgumentException("no coupon template " + line.template());
      }
    }
  }

  /** Grants coupons in the caller's transaction: each order's once, however often it is told. */
  public void grant(Tx tx, List<CouponGrant> grants) {
    if (grants.isEmpty()) {
      return;
    }
    // Sorted, so that two transactions with the same orders wait for each other in one direction.
    List<CouponGrant> sorted =
        grants.stream()
            .sorted(
                Comparator.comparingLong(CouponGrant::orderNumber)
                    .thenComparing(CouponGrant::template))
            .toList();
    tx.write(
        INSERT,
        sorted.stream().mapToLong(CouponGrant::orderNumber).toArray(),
        sorted.stream().mapToLong(CouponGrant::userId).toArray(),
        sorted.stream().map(CouponGrant::template).toArray(String[]::new),
        sorted.stream().mapToLong(grant -> EpochMicros.of(grant.validFrom())).toArray(),
        sorted.stream().mapToLong(grant -> EpochMicros.of(grant.validTo())).toArray());
  }

  /**
   * A page of a customer's coupons, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<Coupon> list(long userId, long before, int limit) {
    return database.read(PAGE, CouponStore::read, userId, before, limit);
  }

  /** When orders brought their coupons; those that have not are left out. */
  public Map<Long, Instant> find(Collection<Long> orderNumbers) {
    Map<Long, Instant> found = new HashMap<>();
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).toArray();
    database.read(DONE, row -> found.put(row.getLong(1), row.getInstant(2)), numbers);
    return found;
  }

  private static Coupon read(Row row) throws SQLException {
    String currency = row.getString(9);
    return new Coupon(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        GrantState.of(row.getString(6)),
        new Money(row.getLong(7), currency),
        new Money(row.getLong(8), currency),
        row.getInstant(10),
        row.getInstant(11),
        row.getInstant(12));
  }
}
