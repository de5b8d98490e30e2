package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.StatementLine;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements, days and differences in the database. */
final class StatementStore {

  /** What we have of so short a time before a statement was taken is not missed in it. */
  private static final Duration SETTLING = Duration.ofMinutes(1);

  private static final String DAY =
      "y.provider, y.day::text, y.state, y.source, y.lines, y.matched, y.loaded_at, y.matched_at,"
          + " y.tries, y.next_try_at, y.problem";
  private static final String DIFFERENCE =
      "d.id, d.provider, d.day::text, d.type, d.number, d.transaction, d.order_number, d.seq,"
          + " d.kind, d.theirs_amount, d.theirs_currency, d.theirs_at, d.ours_amount,"
          + " d.ours_currency, d.ours_at, d.ours_state, d.version, d.how, d.resolved_at,"
          + " d.resolved_by, d.note, d.said, d.found_at";

  private static final Sql EXPECT =
      Sql.of(
          """
          insert into reconciliation.day (provider, day, first_at, state, version, next_try_at)
          values (?, ?::date, ?::timestamptz, 1, 1, clock_timestamp())
          on conflict (provider, day) do update set next_try_at = clock_timestamp()
          where day.next_try_at is null and day.judged_until < ?::timestamptz
          """);
  private static final Sql OLDEST =
      Sql.of("select min(y.day)::text from reconciliation.day y where y.provider = ?");
  private static final Sql KNOWN =
      Sql.of(
          "select y.day::text, y.judged_until from reconciliation.day y"
              + " where y.provider = ? and y.day between ?::date and ?::date");
  private static final Sql FORGET_LINES =
      Sql.of("delete from reconciliation.line where provider = ? and day = ?::date");
  private static final Sql COPY_LINES =
      Sql.of(
          "copy reconciliation.line (provider, day, type, number, transaction, order_number, seq,"
              + " amount, currency, at) from stdin");
  private static final Sql LOCK_DAY =
      Sql.of("select 1 from reconciliation.day where provider = ? and day = ?::date for update");
  private static final Sql LOADED =
      Sql.of(
          """
          update reconciliation.day
          set state = 2, version = version + 1, source = ?, lines = ?, matched = 0,
            loaded_at = clock_timestamp(), judged_until = ?::timestamptz, tries = 0,
            next_try_at = null, problem = null
          where provider = ? and day = ?::date
          """);
  private static final Sql FAILED =
      Sql.of(
          """
          update reconciliation.day
          set version = version + 1, tries = tries + 1, problem = ?,
            next_try_at = case when next_try_at is not null
              then clock_timestamp() + ? * interval '1 millisecond' end
          where provider = ? and day = ?::date
          """);
  private static final Sql DUE =
      Sql.of(
          "select "
              + DAY
              + " from reconciliation.day y where y.next_try_at <= (select clock_timestamp())"
              + " order by y.next_try_at limit ?");
  private static final Sql UNMATCHED =
      Sql.of(
          "select "
              + DAY
              + " from reconciliation.day y where y.state = 2"
              + " order by y.day limit ?");
  private static final Sql DIFFERING =
      Sql.of(
          "select distinct d.provider, d.day::text from reconciliation.difference d"
              + " where d.state = 1 and d.day >= ?::date and (d.day, d.provider) > (?::date, ?)"
              + " order by 2, 1 limit ?");
  private static final Sql FIND_DAY =
      Sql.of(
          "select " + DAY + " from reconciliation.day y where y.provider = ? and y.day = ?::date");
  private static final Sql SUMS =
      Sql.of(
          "select type, currency, theirs_rows, theirs, ours_rows, ours from reconciliation.sum"
              + " where provider = ? and day = ?::date order by type, currency");
  private static final Sql DIFFERENCES =
      Sql.of(
          "select "
              + DIFFERENCE
              + " from reconciliation.difference d"
              + " where d.provider = ? and d.day = ?::date and d.id > ? order by d.id limit ?");
  private static final Sql FIND =
      Sql.of("select " + DIFFERENCE + " from reconciliation.difference d where d.id = ?");
  private static final Sql OPEN =
      Sql.of(
          "select count(*) from reconciliation.difference d"
              + " where d.provider = ? and d.day = ?::date and d.state = 1");
  private static final Sql ALL_OPEN =
      Sql.of("select count(*) from reconciliation.difference d where d.state = 1");
  private static final Sql ACCEPTED =
      Sql.of(
          "select count(*) from reconciliation.difference d"
              + " where d.provider = ? and d.day = ?::date and d.how = 'accepted'");
  private static final Sql ACCEPT =
      Sql.of(
          """
          update reconciliation.difference
          set state = 2, version = version + 1, how = 'accepted', note = ?, resolved_by = ?,
            resolved_at = clock_timestamp()
          where id = ? and version = ? and state = 1 returning 1
          """);
  private static final Sql SAID =
      Sql.of("update reconciliation.difference set said = ? where id = ?");

  private final Database database;
  private final ZoneId zone;

  /**
   * @param zone cuts the business days
   */
  StatementStore(Database database, ZoneId zone) {
    this.database = database;
    this.zone = zone;
  }

  private Instant first(LocalDate day) {
    return day.atStartOfDay(zone).toInstant();
  }

  private Instant end(LocalDate day) {
    return first(day.plusDays(1));
  }

  /** A day's statement is wanted: one that is not there, or that was taken before its day's end. */
  void expect(String provider, LocalDate day) {
    database.write(
        "expect-statement",
        tx -> {
          tx.write(EXPECT, provider, day.toString(), first(day), end(day));
          return true;
        });
  }

  /**
   * Takes a day's statement in the place of the one that was there.
   *
   * @param known it has all up to then
   */
  void load(String provider, LocalDate day, String source, SpoolText lines, Instant known)
      throws IOException {
    Instant end = end(day);
    Instant until = known.isBefore(end) ? known : end;
    database.bulk(
        MatchBatch.STATEMENT_MAX,
        bulk -> {
          bulk.run(EXPECT, provider, day.toString(), first(day), end(day));
          bulk.query(LOCK_DAY, row -> row.getInt(1), provider, day.toString());
          bulk.run(FORGET_LINES, provider, day.toString());
          lines.copyTo(bulk, COPY_LINES);
          bulk.run(LOADED, source, lines.rows(), until, provider, day.toString());
          return true;
        });
  }

  /** Up to when a statement that is taken now has all. */
  static Instant settled(Instant now) {
    return now.minus(SETTLING);
  }

  static void write(SpoolText spool, String provider, LocalDate day, StatementLine line) {
    spool.row(
        provider,
        day,
        line.type().code(),
        line.number(),
        line.transaction(),
        line.order(),
        line.seq(),
        line.amount().amount(),
        line.amount().currency(),
        line.at());
  }

  /** Its statement could not be taken; where none is there yet, it is tried again. */
  void failed(String provider, LocalDate day, String why, Duration again) {
    database.write(
        "no-statement",
        tx -> {
          tx.write(FAILED, why, again.toMillis(), provider, day.toString());
          return true;
        });
  }

  List<Day> due(int most) {
    return database.read(DUE, StatementStore::day, most);
  }

  /** The first day of which something is known. */
  Optional<LocalDate> oldest(String provider) {
    return database
        .read(OLDEST, row -> Optional.ofNullable(row.getStringOrNull(1)), provider)
        .getFirst()
        .map(LocalDate::parse);
  }

  /** A day that is written down, and up to when its statement has all, where it has one. */
  private record Known(LocalDate day, @Nullable Instant until) {}

  /** Those of these days that wait for their statement, or have all of it. */
  Set<LocalDate> known(String provider, LocalDate first, LocalDate last) {
    return database
        .read(
            KNOWN,
            row -> new Known(LocalDate.parse(row.getString(1)), row.getInstantOrNull(2)),
            provider,
            first.toString(),
            last.toString())
        .stream()
        .filter(known -> known.until() == null || !known.until().isBefore(end(known.day())))
        .map(Known::day)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Days that have a statement and are not matched, however old. */
  List<Day> unmatched(int most) {
    return database.read(UNMATCHED, StatementStore::day, most);
  }

  /**
   * Days from one on that have open differences, in their order.
   *
   * @param after the place behind which it goes on
   */
  List<Place> differing(LocalDate from, Place after, int most) {
    return database.read(
        DIFFERING,
        row -> new Place(row.getString(1), LocalDate.parse(row.getString(2))),
        from.toString(),
        after.day().toString(),
        after.provider(),
        most);
  }

  /** A day at a provider. */
  record Place(String provider, LocalDate day) {}

  Optional<Day> find(String provider, LocalDate day) {
    return database.read(FIND_DAY, StatementStore::day, provider, day.toString()).stream()
        .findFirst();
  }

  List<Day.Sum> sums(String provider, LocalDate day) {
    return database.read(
        SUMS,
        row ->
            new Day.Sum(
                StatementLine.Type.of(row.getInt(1)).wire(),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6)),
        provider,
        day.toString());
  }

  List<Difference> differences(String provider, LocalDate day, long after, int most) {
    return database.read(
        DIFFERENCES, StatementStore::difference, provider, day.toString(), after, most);
  }

  long open(String provider, LocalDate day) {
    return database.read(OPEN, row -> row.getLong(1), provider, day.toString()).getFirst();
  }

  long open() {
    return database.read(ALL_OPEN, row -> row.getLong(1)).getFirst();
  }

  long accepted(String provider, LocalDate day) {
    return database.read(ACCEPTED, row -> row.getLong(1), provider, day.toString()).getFirst();
  }

  Optional<Difference> find(long id) {
    return database.read(FIND, StatementStore::difference, id).stream().findFirst();
  }

  /** It may stand as it is; fails where it has changed since. */
  static void accept(Tx tx, Difference seen, String note, String staff) {
    tx.writeExpecting(1, ACCEPT, note, staff, seen.id(), seen.version());
  }

  static void said(Tx tx, Difference difference, String said) {
    tx.write(SAID, said, difference.id());
  }

  private static Day day(Row row) throws SQLException {
    return new Day(
        row.getString(1),
        LocalDate.parse(row.getString(2)),
        Day.State.of(row.getInt(3)),
        row.getStringOrNull(4),
        row.getLong(5),
        row.getLong(6),
        row.getInstantOrNull(7),
        row.getInstantOrNull(8),
        row.getInt(9),
        row.getInstantOrNull(10),
        row.getStringOrNull(11));
  }

  private static Difference difference(Row row) throws SQLException {
    String how = row.getStringOrNull(18);
    return new Difference(
        row.getLong(1),
        row.getString(2),
        LocalDate.parse(row.getString(3)),
        StatementLine.Type.of(row.getInt(4)),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        row.getInt(8),
        Kind.of(row.getInt(9)),
        side(row, 10),
        side(row, 13),
        row.getStringOrNull(16),
        row.getInt(17),
        how == null
            ? null
            : new Difference.Resolved(
                how, row.getInstant(19), row.getStringOrNull(20), row.getStringOrNull(21)),
        row.getStringOrNull(22),
        row.getInstant(23));
  }

  private static Difference.@Nullable Side side(Row row, int from) throws SQLException {
    String currency = row.getStringOrNull(from + 1);
    return currency == null
        ? null
        : new Difference.Side(
            new Money(row.getLong(from), currency), row.getInstantOrNull(from + 2));
  }
}
