package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Draws and their entries in the database. Whoever adds to one or draws it holds its sale. */
public final class DrawStore {

  private static final String COLUMNS =
      "e.number, e.sale, e.sku, e.user_id, e.quantity, e.ticket, e.traceparent, e.state";
  private static final Sql OPEN = Sql.of("insert into flashsale.draw (sale) values (?)");
  private static final Sql INSERT =
      Sql.of(
          """
          insert into flashsale.entry (number, sale, sku, user_id, quantity, ticket, traceparent)
          select * from unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::int[],
                               ?::bytea[], ?::text[])
          """);
  private static final Sql COUNT =
      Sql.of("update flashsale.draw set entries = entries + ? where sale = ? returning 1");
  private static final Sql WITHDRAW =
      Sql.of(
          """
          delete from flashsale.entry e using unnest(?::bigint[]) as d(number)
          where e.number = d.number and e.state = 'entered'
          returning 1
          """);
  private static final Sql ENTERED =
      Sql.of(
          """
          select e.sale, e.sku, e.user_id
          from unnest(?::bigint[], ?::bigint[], ?::text[]) as k(sale, user_id, sku)
          join flashsale.entry e on e.sale = k.sale and e.user_id = k.user_id and e.sku = k.sku
          """);
  private static final Sql MANY =
      Sql.of("select " + COLUMNS + " from flashsale.entry e where e.number = any(?::bigint[])");
  private static final Sql ALL =
      Sql.of("select " + COLUMNS + " from flashsale.entry e where e.sale = ?");
  private static final Sql SETTLE =
      Sql.of(
          """
          update flashsale.entry e set state = ?
          from unnest(?::bigint[]) as d(number)
          where e.number = d.number and e.state = 'entered'
          """);
  private static final String DRAW =
      """
      select s.id, d.entries, d.drawn_at, d.settled_at, d.entries_hash, d.seed, s.secret
      from flashsale.sale s join flashsale.draw d on d.sale = s.id
      """;
  private static final Sql FIND = Sql.of(DRAW + "where s.id = any(?::bigint[])");
  private static final Sql COUNTS =
      Sql.of("select entries, winners from flashsale.draw where sale = ?");
  private static final Sql UNSETTLED =
      Sql.of("select sale from flashsale.draw where settled_at is null order by sale limit ?");
  private static final Sql DRAWN =
      Sql.of(
          """
          update flashsale.draw set drawn_at = ?, entries_hash = ?, seed = ?, winners = ?
          where sale = ? and drawn_at is null
          returning 1
          """);
  private static final Sql SETTLED =
      Sql.of("update flashsale.draw set settled_at = clock_timestamp() where sale = ?");

  private final Database database;

  public DrawStore(Database database) {
    this.database = database;
  }

  /**
   * A draw.
   *
   * @param secret 32 bytes; nobody is shown it before it is drawn
   * @param settled whether every entry is won or lost
   */
  record Draw(
      long sale,
      long entries,
      @Nullable Instant drawnAt,
      boolean settled,
      byte @Nullable [] entriesHash,
      byte @Nullable [] seed,
      byte[] secret) {}

  /** A customer and goods of a sale. */
  record Wanted(long sale, String sku, long userId) {}

  static void open(Tx tx, long sale) {
    tx.write(OPEN, sale);
  }

  /** Draws by sale, as this transaction sees them; the caller holds their sales. */
  static Map<Long, Draw> read(Tx tx, Collection<Long> sales) {
    Map<Long, Draw> draws = new HashMap<>();
    tx.query(FIND, DrawStore::draw, (Object) longs(sales, Long::longValue))
        .forEach(draw -> draws.put(draw.sale(), draw));
    return draws;
  }

  Optional<Draw> find(long sale) {
    return database.read(FIND, DrawStore::draw, (Object) new long[] {sale}).stream().findFirst();
  }

  /**
   * How many are in a draw.
   *
   * @param winners null until it is drawn
   */
  public record Counts(long entries, @Nullable Long winners) {}

  /** Empty for a sale in the order of coming. */
  public Optional<Counts> counts(long sale) {
    return database
        .read(COUNTS, row -> new Counts(row.getLong(1), row.getLongOrNull(2)), sale)
        .stream()
        .findFirst();
  }

  /** Sales whose draws are not settled, oldest first. */
  List<Long> unsettled(int most) {
    return database.read(UNSETTLED, row -> row.getLong(1), most);
  }

  /** How many entered the draws of these sales, by sale. */
  Map<Long, Long> entries(Collection<Long> sales) {
    Map<Long, Long> entries = new HashMap<>();
    database
        .read(FIND, DrawStore::draw, (Object) longs(sales, Long::longValue))
        .forEach(draw -> entries.put(draw.sale(), draw.entries()));
    return entries;
  }

  /** Who of these customers has entered for these goods before. */
  static List<Wanted> entered(Tx tx, Collection<Wanted> wanted) {
    return tx.query(
        ENTERED,
        row -> new Wanted(row.getLong(1), row.getString(2), row.getLong(3)),
        longs(wanted, Wanted::sale),
        longs(wanted, Wanted::userId),
        wanted.stream().map(Wanted::sku).toArray(String[]::new));
  }

  static List<DrawEntry> entries(Tx tx, Collection<Long> numbers) {
    return numbers.isEmpty()
        ? List.of()
        : tx.query(MANY, DrawStore::entry, (Object) longs(numbers, Long::longValue));
  }

  Optional<DrawEntry> entry(long number) {
    return database.read(MANY, DrawStore::entry, (Object) new long[] {number}).stream().findFirst();
  }

  static List<DrawEntry> all(Tx tx, long sale) {
    return tx.query(ALL, DrawStore::entry, sale);
  }

  List<DrawEntry> all(long sale) {
    return database.read(ALL, DrawStore::entry, sale);
  }

  /** Writes new entries, and counts them. */
  static void insert(Tx tx, List<DrawEntry> entries) {
    tx.write(
        INSERT,
        longs(entries, DrawEntry::number),
        longs(entries, DrawEntry::sale),
        entries.stream().map(DrawEntry::sku).toArray(String[]::new),
        longs(entries, DrawEntry::userId),
        entries.stream().mapToInt(DrawEntry::quantity).toArray(),
        entries.stream().map(DrawEntry::ticket).toArray(byte[][]::new),
        entries.stream().map(DrawEntry::traceparent).toArray(String[]::new));
    Map<Long, Long> counts = new HashMap<>();
    entries.forEach(entry -> counts.merge(entry.sale(), 1L, Long::sum));
    counts.forEach((sale, count) -> tx.writeExpecting(1, COUNT, count, sale));
  }

  /** Deletes entries of a draw that is not drawn, and no longer counts them. */
  static void withdraw(Tx tx, long sale, List<Long> numbers) {
    tx.writeExpecting(numbers.size(), WITHDRAW, (Object) longs(numbers, Long::longValue));
    tx.writeExpecting(1, COUNT, (long) -numbers.size(), sale);
  }

  /** Fixes what decides a draw, and how many win. */
  static void drawn(Tx tx, long sale, Instant at, byte[] entriesHash, byte[] seed, long winners) {
    tx.writeExpecting(1, DRAWN, at, entriesHash, seed, winners, sale);
  }

  /** Says what became of entries; those of which it is known stay as they are. */
  static void settle(Tx tx, Collection<Long> numbers, DrawEntry.State state) {
    tx.write(SETTLE, word(state), numbers.stream().mapToLong(Long::longValue).sorted().toArray());
  }

  static void settled(Tx tx, long sale) {
    tx.write(SETTLED, sale);
  }

  private static String word(DrawEntry.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static <T> long[] longs(Collection<T> rows, ToLongFunction<T> column) {
    return rows.stream().mapToLong(column).toArray();
  }

  private static Draw draw(Row row) throws SQLException {
    return new Draw(
        row.getLong(1),
        row.getLong(2),
        row.getInstantOrNull(3),
        row.getInstantOrNull(4) != null,
        row.getBytesOrNull(5),
        row.getBytesOrNull(6),
        row.getBytes(7));
  }

  private static DrawEntry entry(Row row) throws SQLException {
    return new DrawEntry(
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        row.getLong(4),
        row.getInt(5),
        row.getBytes(6),
        row.getString(7),
        DrawEntry.State.valueOf(row.getString(8).toUpperCase(Locale.ROOT)));
  }
}
