package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sales in the database. Whoever changes one holds its row, and raises its version by one. */
public final class SaleStore {

  /** Goods come with their sale in one statement, so both are of one moment. */
  private static final String SELECT =
      """
      select s.id, s.title, s.mode, s.stage, s.version, s.currency, s.starts_at, s.ends_at,
             s.pay_window_seconds, s.challenge_bits, s.draw_at, s.commitment,
             i.skus, i.titles, i.prices, i.per_user, i.allocations, i.pools, i.lacking
      from flashsale.sale s
      cross join lateral (
        select array_agg(sku order by position) as skus,
               array_agg(title order by position) as titles,
               array_agg(price order by position) as prices,
               array_agg(per_user::bigint order by position) as per_user,
               array_agg(allocation order by position) as allocations,
               array_agg(coalesce(pool, 0) order by position) as pools,
               array_agg(lacking order by position) as lacking
        from flashsale.item where sale = s.id) i
      """;

  private static final Sql MANY = Sql.of(SELECT + "where s.id = any(?::bigint[]) order by s.id");
  private static final Sql BEFORE = Sql.of(SELECT + "where s.id < ? order by s.id desc limit ?");
  private static final Sql LOCK = Sql.of("select id from flashsale.sale where id = ? for update");
  private static final Sql VERSIONS =
      Sql.of(
          """
          select id, version from flashsale.sale where stage in ('planned', 'warm')
          union all
          select id, version from flashsale.sale
          where over_at > now() - ? * interval '1 millisecond'
          """);
  private static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('flashsale.sale', 'id'))");
  private static final Sql INSERT =
      Sql.of(
          """
          insert into flashsale.sale
            (id, version, title, mode, stage, currency, starts_at, ends_at, pay_window_seconds,
             challenge_bits, draw_at, secret, commitment, told)
          overriding system value
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """);
  private static final Sql INSERT_ITEMS =
      Sql.of(
          """
          insert into flashsale.item
            (sale, position, sku, title, price, per_user, allocation)
          select ?, n, sku, title, price, per_user, allocation
          from unnest(?::text[], ?::text[], ?::bigint[], ?::int[], ?::bigint[])
            with ordinality as d(sku, title, price, per_user, allocation, n)
          """);
  private static final Sql UPDATE =
      Sql.of(
          """
          update flashsale.sale set version = ?, stage = ?, starts_at = ?,
            over_at = case when ? then null else coalesce(over_at, now()) end
          where id = ? and version = ?
          returning 1
          """);
  private static final Sql UPDATE_ITEMS =
      Sql.of(
          """
          update flashsale.item i
          set allocation = d.allocation, pool = nullif(d.pool, 0), lacking = d.lacking
          from unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
               as d(sale, sku, allocation, pool, lacking)
          where i.sale = d.sale and i.sku = d.sku
          returning 1
          """);
  private static final Sql OF_POOLS =
      Sql.of("select pool, sale from flashsale.item where pool = any(?::bigint[])");
  private static final Sql TOLD = Sql.of("select told from flashsale.sale where id = ?");

  private final Database database;

  public SaleStore(Database database) {
    this.database = database;
  }

  /** A sale as it is now. */
  public Optional<Sale> find(long id) {
    return find(List.of(id)).stream().findFirst();
  }

  /** Those of many sales, in the order of their ids; unknown ones are left out. */
  public List<Sale> find(Collection<Long> ids) {
    return ids.isEmpty() ? List.of() : database.read(MANY, SaleStore::read, (Object) array(ids));
  }

  /** The sales of those of these pools that have one. */
  public Map<Long, Long> ofPools(long[] pools) {
    Map<Long, Long> sales = new HashMap<>();
    database
        .read(OF_POOLS, row -> Map.entry(row.getLong(1), row.getLong(2)), (Object) pools)
        .forEach(pool -> sales.put(pool.getKey(), pool.getValue()));
    return sales;
  }

  /** Sales with smaller ids, newest first; {@code Long.MAX_VALUE} for the first page. */
  public List<Sale> before(long id, int most) {
    return database.read(BEFORE, SaleStore::read, id, most);
  }

  /**
   * The versions of sales by id: all that are planned or warm, however long ago their end was, and
   * those that aren't over for so long.
   */
  Map<Long, Integer> versions(Duration overMax) {
    return byId(database.read(VERSIONS, SaleStore::version, overMax.toMillis()));
  }

  /** How many sales {@link #versions} has. */
  static int kept(Tx tx, Duration overMax) {
    return byId(tx.query(VERSIONS, SaleStore::version, overMax.toMillis())).size();
  }

  private static Map.Entry<Long, Integer> version(Row row) throws SQLException {
    return Map.entry(row.getLong(1), row.getInt(2));
  }

  private static Map<Long, Integer> byId(List<Map.Entry<Long, Integer>> rows) {
    Map<Long, Integer> versions = new HashMap<>();
    rows.forEach(row -> versions.put(row.getKey(), row.getValue()));
    return versions;
  }

  /** Locks a sale; empty where there is none. */
  public static Optional<Sale> lock(Tx tx, long id) {
    // Goods are read after the lock is held: a statement that waits sees them as they were before.
    return tx.lock(LockRank.SALE, LOCK, row -> row.getLong(1), id).isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(read(tx, List.of(id)).get(id));
  }

  /** Sales as this transaction sees them, without a lock, by id; unknown ones are missing. */
  public static Map<Long, Sale> read(Tx tx, Collection<Long> ids) {
    Map<Long, Sale> sales = new HashMap<>();
    if (!ids.isEmpty()) {
      tx.query(MANY, SaleStore::read, (Object) array(ids)).forEach(s -> sales.put(s.id(), s));
    }
    return sales;
  }

  static long nextId(Tx tx) {
    return tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
  }

  /**
   * Writes a new sale.
   *
   * @param secret of a draw; else null
   * @param told what its maker is answered
   */
  static void insert(Tx tx, Sale sale, byte @Nullable [] secret, String told) {
    String commitment = sale.commitment();
    tx.write(
        INSERT,
        sale.id(),
        sale.version(),
        sale.title(),
        sale.mode().word(),
        sale.stage().word(),
        sale.currency(),
        sale.startsAt(),
        sale.endsAt(),
        Math.toIntExact(sale.payWindow().toSeconds()),
        sale.challengeBits(),
        sale.drawAt(),
        secret,
        commitment == null ? null : HexFormat.of().parseHex(commitment),
        told);
    List<SaleItem> items = sale.items();
    tx.write(
        INSERT_ITEMS,
        sale.id(),
        skus(items),
        items.stream().map(SaleItem::title).toArray(String[]::new),
        items.stream().mapToLong(SaleItem::price).toArray(),
        items.stream().mapToInt(SaleItem::perUser).toArray(),
        items.stream().mapToLong(SaleItem::allocation).toArray());
  }

  /** Writes the present version over the one that was locked, with goods that are others now. */
  static void update(Tx tx, Sale before, Sale now) {
    tx.writeExpecting(
        1,
        UPDATE,
        now.version(),
        now.stage().word(),
        now.startsAt(),
        now.isLive(),
        now.id(),
        before.version());
    List<SaleItem> changed =
        now.items().stream().filter(item -> !before.items().contains(item)).toList();
    if (!changed.isEmpty()) {
      tx.writeExpecting(
          changed.size(),
          UPDATE_ITEMS,
          changed.stream().mapToLong(_ -> now.id()).toArray(),
          skus(changed),
          changed.stream().mapToLong(SaleItem::allocation).toArray(),
          changed.stream().mapToLong(item -> item.pool() == null ? 0 : item.pool()).toArray(),
          changed.stream().mapToLong(SaleItem::lacking).toArray());
    }
  }

  /** What was answered when a sale was made. */
  static String told(Tx tx, long id) {
    return tx.query(TOLD, row -> row.getString(1), id).getFirst();
  }

  private static String[] skus(List<SaleItem> items) {
    return items.stream().map(SaleItem::sku).toArray(String[]::new);
  }

  private static long[] array(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static Sale read(Row row) throws SQLException {
    byte[] commitment = row.getBytesOrNull(12);
    return new Sale(
        row.getLong(1),
        row.getString(2),
        mode(row.getString(3)),
        stage(row.getString(4)),
        row.getInt(5),
        row.getString(6),
        row.getInstant(7),
        row.getInstant(8),
        Duration.ofSeconds(row.getInt(9)),
        row.getInt(10),
        items(row),
        row.getInstantOrNull(11),
        commitment == null ? null : HexFormat.of().formatHex(commitment));
  }

  private static List<SaleItem> items(Row row) throws SQLException {
    String[] skus = row.getStrings(13);
    String[] titles = row.getStrings(14);
    long[] prices = row.getLongs(15);
    long[] perUser = row.getLongs(16);
    long[] allocations = row.getLongs(17);
    long[] pools = row.getLongs(18);
    long[] lacking = row.getLongs(19);
    List<SaleItem> items = new ArrayList<>(skus.length);
    for (int i = 0; i < skus.length; i++) {
      items.add(
          new SaleItem(
              skus[i],
              titles[i],
              prices[i],
              (int) perUser[i],
              allocations[i],
              pools[i] == 0 ? null : pools[i],
              lacking[i]));
    }
    return items;
  }

  private static Mode mode(String word) {
    return switch (word) {
      case "first_come" -> Mode.FIRST_COME;
      case "draw" -> Mode.DRAW;
      case String other -> throw new IllegalStateException("no mode of a sale: " + other);
    };
  }

  private static Stage stage(String word) {
    return switch (word) {
      case "planned" -> Stage.PLANNED;
      case "warm" -> Stage.WARM;
      case "ended" -> Stage.ENDED;
      case "stopped" -> Stage.STOPPED;
      case String other -> throw new IllegalStateException("no stage of a sale: " + other);
    };
  }
}
