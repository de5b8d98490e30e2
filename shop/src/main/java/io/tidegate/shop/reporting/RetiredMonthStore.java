package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far months have come on their way out of the database. */
public final class RetiredMonthStore {

  private static final String COLUMNS =
      "select to_char(month, 'YYYY-MM'), first_number, next_number, state, orders, log_snapshot,"
          + " coalesce(log_base, 0), keep, verified_at, retired_at from reporting.retired_month ";
  private static final Sql ALL = Sql.of(COLUMNS + "order by month");
  private static final Sql BEGIN =
      Sql.of(
          """
          insert into reporting.retired_month (month, first_number, next_number, state)
          values (?::date, ?, ?, 'begun')
          on conflict (month) do update set state = 'begun', log_snapshot = null, log_base = null,
            audited_at = null, verified_at = null
          where retired_month.state in ('begun', 'audited', 'verified')
          returning 1
          """);
  private static final Sql AUDITED =
      Sql.of(
          """
          update reporting.retired_month
          set state = 'audited', audited_at = clock_timestamp(), orders = ?, log_snapshot = ?,
            log_base = ?
          where month = ?::date and state = 'begun' returning 1
          """);
  private static final Sql VERIFIED =
      Sql.of(
          """
          update reporting.retired_month set state = 'verified', verified_at = clock_timestamp()
          where month = ?::date and state = 'audited' returning 1
          """);
  private static final Sql DROPPED =
      Sql.of(
          """
          update reporting.retired_month set state = 'dropped', dropped_at = clock_timestamp()
          where month = ?::date and state = 'retired' returning 1
          """);
  private static final Sql DUE =
      Sql.of(
          COLUMNS
              + "where state = 'retired' and not keep"
              + " and retired_at <= clock_timestamp() - ? * interval '1 millisecond' order by month");

  private final Database database;

  /** A month's state. From RETIRED on its orders are in files only. */
  public enum State {
    BEGUN,
    AUDITED,
    VERIFIED,
    RETIRED,
    DROPPED;

    static State of(String code) {
      return switch (code) {
        case "begun" -> BEGUN;
        case "audited" -> AUDITED;
        case "verified" -> VERIFIED;
        case "retired" -> RETIRED;
        case "dropped" -> DROPPED;
        default -> throw new IllegalArgumentException("no state of a month: " + code);
      };
    }

    /** Whether the database has none of its orders any more. */
    public boolean isGone() {
      return this == RETIRED || this == DROPPED;
    }
  }

  /**
   * A month.
   *
   * @param first the lowest number that an order of it can have
   * @param next the lowest of the next month
   * @param snapshot up to which the log was read when it was audited
   * @param keep whether its detached tables stay
   */
  public record Retired(
      YearMonth month,
      long first,
      long next,
      State state,
      long orders,
      @Nullable String snapshot,
      long base,
      boolean keep,
      @Nullable Instant verifiedAt,
      @Nullable Instant retiredAt) {}

  public RetiredMonthStore(Database database) {
    this.database = database;
  }

  /** All months that have begun, oldest first. */
  public List<Retired> all() {
    return database.read(ALL, RetiredMonthStore::read);
  }

  public Optional<Retired> find(YearMonth month) {
    return all().stream().filter(each -> each.month().equals(month)).findFirst();
  }

  /** Begins a month, or begins it anew; that it is gone already is a conflict. */
  public static void begin(Tx tx, YearMonth month, long first, long next) {
    tx.writeExpecting(1, BEGIN, ArchiveFiles.day(month), first, next);
  }

  public static void audited(Tx tx, YearMonth month, long orders, String snapshot, long base) {
    tx.writeExpecting(1, AUDITED, orders, snapshot, base, ArchiveFiles.day(month));
  }

  public static void verified(Tx tx, YearMonth month) {
    tx.writeExpecting(1, VERIFIED, ArchiveFiles.day(month));
  }

  public static void dropped(Tx tx, YearMonth month) {
    tx.writeExpecting(1, DROPPED, ArchiveFiles.day(month));
  }

  /** Months whose detached tables have been there long enough. */
  public List<Retired> toDrop(Duration after) {
    return database.read(DUE, RetiredMonthStore::read, after.toMillis());
  }

  private static Retired read(Row row) throws SQLException {
    return new Retired(
        YearMonth.parse(row.getString(1)),
        row.getLong(2),
        row.getLong(3),
        State.of(row.getString(4)),
        row.getLong(5),
        row.getStringOrNull(6),
        row.getLong(7),
        row.getBoolean(8),
        row.getInstantOrNull(9),
        row.getInstantOrNull(10));
  }
}
