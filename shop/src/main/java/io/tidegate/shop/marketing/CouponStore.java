package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Debts;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Owed;
import io.tidegate.shop.kernel.RefundKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps customers' coupons. */
public final class CouponStore {

  // A row that is there says that the order has brought this coupon, also where a refund's request
  // made it come and took it back (P1, P3): there is nothing to do.
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
  // Few owe anything: grants of those who don't lock nothing.
  static final Sql OWES =
      Sql.of(
          """
          select 1 from marketing.coupon_reclaim
          where user_id = any(?) and state = 'confirmed' and lacking - deducted > paid limit 1
          """);
  static final Sql OWED =
      Sql.of(
          """
          select order_number, refund, user_id, template, lacking - deducted - paid
          from marketing.coupon_reclaim
          where user_id = any(?) and state = 'confirmed' and lacking - deducted > paid
          order by order_number, refund for update
          """);
  private static final Sql TEMPLATES_OF =
      Sql.of("select id, template from marketing.coupon where id = any(?::bigint[])");
  private static final Sql OWED_BY =
      Sql.of(
          """
          select coalesce(sum(lacking - deducted - paid), 0)::bigint
          from marketing.coupon_reclaim
          where user_id = ? and state = 'confirmed' and lacking - deducted > paid
          """);
  static final Sql KNOWN =
      Sql.of("select order_number, template from marketing.coupon where order_number = any(?)");
  // Not "on conflict": a grant that another transaction makes meanwhile must not pay twice.
  static final Sql WITHHOLD =
      Sql.of(
          """
          insert into marketing.coupon
            (template, user_id, order_number, state, granted_at, valid_from, valid_to)
          select template, u, n, 'withheld', db.at(valid_from), db.at(valid_from), db.at(valid_to)
          from unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            as g(n, u, template, valid_from, valid_to)
          """);
  static final Sql PAY =
      Sql.of(
          """
          update marketing.coupon_reclaim r set paid = r.paid + g.amount
          from unnest(?::bigint[], ?::int[], ?::bigint[]) as g(n, refund, amount)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'confirmed' returning 1
          """);
  private static final String COUPONS =
      """
      select c.id, c.user_id, c.order_number, c.state, c.held_by, c.granted_at, c.valid_from,
        c.valid_to, t.id, t.title_zh, t.title_en, t.amount_off, t.percent_off, t.off_max,
        t.spend_min, t.currency, t.scope, t.scope_codes
      from marketing.coupon c join marketing.coupon_template t on t.id = c.template
      """;

  static final Sql PAGE =
      Sql.of(COUPONS + " where c.user_id = ? and c.id < ? order by c.id desc limit ?");
  static final Sql OFFERED =
      Sql.of(
          "select o.* from unnest(?::bigint[]) as w(user_id) cross join lateral ("
              + COUPONS
              + " where c.user_id = w.user_id and c.state in ('granted', 'held')"
              + " and c.valid_to > db.at(?)"
              + " order by (c.state = 'granted' and c.valid_from <= db.at(?)) desc, c.valid_to, c.id"
              + " limit ?) o");
  static final Sql FIND =
      Sql.of(
          COUPONS + " where (c.id, c.user_id) in (select * from unnest(?::bigint[], ?::bigint[]))");
  static final Sql NTH = Sql.of(COUPONS + " where c.template = ? and c.user_id = ? and c.nth = ?");
  static final Sql LOCK = Sql.of(COUPONS + " where c.id = any(?) order by c.id for update of c");
  static final Sql LOCK_BROUGHT =
      Sql.of(COUPONS + " where c.order_number = any(?) order by c.id for update of c");
  static final Sql LOCK_OF_ORDERS =
      Sql.of(
          COUPONS
              + " where c.order_number = any(?) or c.id = any(?) order by c.id for update of c");
  static final Sql HOLD =
      Sql.of(
          """
          update marketing.coupon c set state = 'held', held_by = h.order_number
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as h(id, user_id, order_number, at)
          where c.id = h.id and c.user_id = h.user_id and c.state = 'granted'
            and c.valid_from <= db.at(h.at) and c.valid_to > db.at(h.at) returning 1
          """);
  static final Sql RELEASE =
      Sql.of(
          """
          update marketing.coupon c set state = 'granted', held_by = null
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as h(id, user_id, order_number)
          where c.id = h.id and c.user_id = h.user_id and c.state = 'held'
            and c.held_by = h.order_number returning 1
          """);
  static final Sql USE =
      Sql.of(
          """
          update marketing.coupon c set state = 'used'
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as h(id, user_id, order_number)
          where c.id = h.id and c.user_id = h.user_id and c.state = 'held'
            and c.held_by = h.order_number returning 1
          """);
  static final Sql DONE =
      Sql.of(
          """
          select order_number, min(granted_at) from marketing.coupon
          where order_number = any(?) group by order_number
          """);
  private static final Sql TEMPLATES = Sql.of("select id from marketing.coupon_template");

  /** More coupons than this are not offered for one basket: those that end first are. */
  private static final int OFFERED_MAX = 100;

  private final Database database;
  private final SharedReads<OfferedKey, List<Coupon>> offered = new SharedReads<>(this::offered);
  private final SharedReads<CouponKey, Coupon> one = new SharedReads<>(this::found);

  private record OfferedKey(long userId, Instant at) {}

  private record CouponKey(long id, long userId) {}

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

  /**
   * Grants coupons in the caller's transaction: each order's once, however often it is told. One
   * that its customer owes is withheld instead.
   */
  public void grant(Tx tx, List<CouponGrant> grants) {
    if (grants.isEmpty()) {
      return;
    }
    Debts debts = owed(tx, grants);
    if (debts.isEmpty()) {
      tx.write(INSERT, columns(grants));
      return;
    }
    Set<List<Object>> known = known(tx, grants);
    List<CouponGrant> granted = new ArrayList<>();
    List<CouponGrant> withheld = new ArrayList<>();
    for (CouponGrant grant : grants) {
      if (known.add(List.of(grant.orderNumber(), grant.template()))) {
        boolean pays = debts.pay(grant.userId(), grant.template(), 1) > 0;
        (pays ? withheld : granted).add(grant);
      }
    }
    if (!withheld.isEmpty()) {
      tx.writeExpecting(debts.paid(), PAY, debts.columns());
      tx.write(WITHHOLD, columns(withheld));
    }
    if (!granted.isEmpty()) {
      tx.write(INSERT, columns(granted));
    }
  }

  private static Debts owed(Tx tx, List<CouponGrant> grants) {
    long[] users = grants.stream().mapToLong(CouponGrant::userId).distinct().sorted().toArray();
    if (tx.query(OWES, row -> row.getInt(1), users).isEmpty()) {
      return Debts.NONE;
    }
    return new Debts(
        tx.lock(
            LockRank.COUPON,
            OWED,
            row ->
                new Owed(
                    new RefundKey(row.getLong(1), row.getInt(2)),
                    row.getLong(3),
                    row.getString(4),
                    row.getLong(5)),
            users));
  }

  /** Which of these were granted before: orders and templates. */
  private static Set<List<Object>> known(Tx tx, List<CouponGrant> grants) {
    return new HashSet<>(
        tx.query(
            KNOWN,
            row -> List.<Object>of(row.getLong(1), row.getString(2)),
            grants.stream().mapToLong(CouponGrant::orderNumber).distinct().toArray()));
  }

  /** Sorted, so that two transactions with the same orders wait for each other in one direction. */
  static @Nullable Object[] columns(List<CouponGrant> grants) {
    List<CouponGrant> sorted =
        grants.stream()
            .sorted(
                Comparator.comparingLong(CouponGrant::orderNumber)
                    .thenComparing(CouponGrant::template))
            .toList();
    return new @Nullable Object[] {
      sorted.stream().mapToLong(CouponGrant::orderNumber).toArray(),
      sorted.stream().mapToLong(CouponGrant::userId).toArray(),
      sorted.stream().map(CouponGrant::template).toArray(String[]::new),
      sorted.stream().mapToLong(grant -> EpochMicros.of(grant.validFrom())).toArray(),
      sorted.stream().mapToLong(grant -> EpochMicros.of(grant.validTo())).toArray()
    };
  }

  /** Locks the coupons that orders have brought, and others by their ids. */
  static Map<Long, Coupon> lockOfOrders(Tx tx, long[] orders, Collection<Long> ids) {
    // Hardly any order used a coupon, and where statistics are young an OR walks the whole index.
    List<Coupon> locked =
        ids.isEmpty()
            ? tx.lock(LockRank.COUPON, LOCK_BROUGHT, CouponStore::read, orders)
            : tx.lock(
                LockRank.COUPON,
                LOCK_OF_ORDERS,
                CouponStore::read,
                orders,
                ids.stream().mapToLong(Long::longValue).distinct().sorted().toArray());
    Map<Long, Coupon> coupons = new HashMap<>();
    locked.forEach(coupon -> coupons.put(coupon.id(), coupon));
    return coupons;
  }

  /**
   * Locks coupons before they are held, released or used.
   *
   * @return coupons by id; unknown ones are missing
   */
  public static Map<Long, Coupon> lock(Tx tx, Collection<Long> ids) {
    Map<Long, Coupon> coupons = new HashMap<>();
    tx.lock(
            LockRank.COUPON,
            LOCK,
            CouponStore::read,
            ids.stream().mapToLong(Long::longValue).distinct().sorted().toArray())
        .forEach(coupon -> coupons.put(coupon.id(), coupon));
    return coupons;
  }

  /**
   * Holds coupons for orders that wait for their payment. One that is another's, is not free, or is
   * not good at that moment fails the transaction.
   *
   * @param goodAt for each hold: a quote's coupon is good as long as the quote is
   */
  public static void hold(Tx tx, List<CouponHold> holds, List<Instant> goodAt) {
    if (holds.isEmpty()) {
      return;
    }
    Map<Long, Instant> times = new HashMap<>();
    for (int i = 0; i < holds.size(); i++) {
      times.put(holds.get(i).couponId(), goodAt.get(i));
    }
    List<CouponHold> sorted = sorted(holds);
    tx.writeExpecting(
        holds.size(),
        HOLD,
        ids(sorted),
        users(sorted),
        orders(sorted),
        sorted.stream()
            .mapToLong(hold -> EpochMicros.of(times.getOrDefault(hold.couponId(), Instant.EPOCH)))
            .toArray());
  }

  /** The same at one moment. */
  public static void hold(Tx tx, List<CouponHold> holds, Instant at) {
    hold(tx, holds, Collections.nCopies(holds.size(), at));
  }

  /** Gives held coupons back. Where an order doesn't hold its coupon, the transaction fails. */
  public static void release(Tx tx, List<CouponHold> holds) {
    settle(tx, RELEASE, holds);
  }

  /** Uses held coupons up. Where an order doesn't hold its coupon, the transaction fails. */
  public static void use(Tx tx, List<CouponHold> holds) {
    settle(tx, USE, holds);
  }

  private static void settle(Tx tx, Sql sql, List<CouponHold> holds) {
    if (!holds.isEmpty()) {
      List<CouponHold> sorted = sorted(holds);
      tx.writeExpecting(holds.size(), sql, ids(sorted), users(sorted), orders(sorted));
    }
  }

  /** A coupon changes once in a transaction; twins touch one row, and so fail it. */
  private static List<CouponHold> sorted(List<CouponHold> holds) {
    return holds.stream().sorted(Comparator.comparingLong(CouponHold::couponId)).toList();
  }

  private static long[] ids(List<CouponHold> holds) {
    return holds.stream().mapToLong(CouponHold::couponId).toArray();
  }

  private static long[] users(List<CouponHold> holds) {
    return holds.stream().mapToLong(CouponHold::userId).toArray();
  }

  private static long[] orders(List<CouponHold> holds) {
    return holds.stream().mapToLong(CouponHold::orderNumber).toArray();
  }

  /**
   * A customer's coupons that have not ended: first those that can be spent at that moment, then
   * those that begin later, or that an order holds; of each, those that end first before others.
   */
  public List<Coupon> offered(long userId, Instant at) {
    List<Coupon> found = offered.read(new OfferedKey(userId, at));
    return found == null ? List.of() : found;
  }

  /** Each as at the latest of their moments: they ask within one query of each other. */
  private Map<OfferedKey, List<Coupon>> offered(List<OfferedKey> keys) {
    Instant at = keys.stream().map(OfferedKey::at).max(Comparator.naturalOrder()).orElseThrow();
    long micros = EpochMicros.of(at);
    Map<Long, List<Coupon>> ofUser =
        database
            .read(
                OFFERED,
                CouponStore::read,
                keys.stream().mapToLong(OfferedKey::userId).distinct().toArray(),
                micros,
                micros,
                OFFERED_MAX)
            .stream()
            .sorted(
                Comparator.comparing((Coupon coupon) ->
                        coupon.state() != GrantState.GRANTED || coupon.validFrom().isAfter(at))
                    .thenComparing(Coupon::validTo)
                    .thenComparingLong(Coupon::id))
            .collect(Collectors.groupingBy(Coupon::userId));
    return keys.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), key -> ofUser.getOrDefault(key.userId(), List.of())));
  }

  /** A coupon of this customer; another's is not found. */
  public Optional<Coupon> find(long userId, long couponId) {
    return Optional.ofNullable(one.read(new CouponKey(couponId, userId)));
  }

  private Map<CouponKey, Coupon> found(List<CouponKey> keys) {
    return database
        .read(
            FIND,
            CouponStore::read,
            keys.stream().mapToLong(CouponKey::id).toArray(),
            keys.stream().mapToLong(CouponKey::userId).toArray())
        .stream()
        .collect(
            Collectors.toMap(
                coupon -> new CouponKey(coupon.id(), coupon.userId()), Function.identity()));
  }

  /** The nth of a template that staff issued to a customer, or that the customer claimed. */
  Coupon nth(String template, long userId, int nth) {
    return database.read(NTH, CouponStore::read, template, userId, nth).getFirst();
  }

  /** How many coupons a customer owes: refunds should have taken them back, and they were used. */
  public long owed(long userId) {
    return database.read(OWED_BY, row -> row.getLong(1), userId).getFirst();
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
  public static Question<Map<Long, Instant>> whenBrought(Collection<OrderNumber> orders) {
    return Question.byNumber(DONE, row -> row.getInstant(2), (Object) OrderNumber.values(orders));
  }

  private static Coupon read(Row row) throws SQLException {
    return new Coupon(
        row.getLong(1),
        row.getLong(2),
        CouponTermsText.read(row, 9),
        row.getLongOrNull(3),
        GrantState.of(row.getString(4)),
        row.getLongOrNull(5),
        row.getInstant(6),
        row.getInstant(7),
        row.getInstant(8));
  }

  /** The templates of coupons, by the coupons' ids; those that don't exist are left out. */
  public Map<Long, String> templates(Collection<Long> ids) {
    Map<Long, String> templates = new HashMap<>();
    database.read(
        TEMPLATES_OF,
        row -> templates.put(row.getLong(1), row.getString(2)),
        (Object) ids.stream().mapToLong(Long::longValue).toArray());
    return templates;
  }
}
