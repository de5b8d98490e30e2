package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Problem;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers reports: few at once, each in bounded time, from what is kept and raw rows on top. */
public final class ReportDesk implements AutoCloseable {

  /** Reports that run at once; who comes when there are so many is turned away. */
  static final int RUNNING_MAX = 2;

  /** How long one may take. */
  static final Duration TIME_MAX = Duration.ofSeconds(30);

  /** Rows of an answer, at most; no report that is built in has more. */
  static final int ROWS_MAX = 50_000;

  /** With more days that must be read from raw rows, an answer would take too long. */
  private static final int RAW_DAYS_MAX = 20;

  private static final long RETRY_SECONDS = 5;

  private final Lake lake;
  private final LakeReader reader;
  private final Rollups rollups;
  private final InstantSource clock;
  private final Bulkhead running = new Bulkhead(RUNNING_MAX);
  private final Deadlines deadlines = new Deadlines();

  public ReportDesk(Lake lake, LakeReader reader, Rollups rollups, InstantSource clock) {
    this.lake = lake;
    this.reader = reader;
    this.rollups = rollups;
    this.clock = clock;
  }

  /**
   * A report's answer.
   *
   * @param asOf when the newest row that it could see happened; empty without rows
   * @param rawDays how many days were read from raw rows
   * @param leftOut files of those days that can't be had now, so their rows lack
   */
  public record Answer(
      ReportQuery query,
      ReportTable table,
      Duration took,
      Optional<Instant> asOf,
      int rawDays,
      int leftOut) {}

  /** The business day that it is now. */
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), lake.settings().zone());
  }

  /**
   * Runs a report.
   *
   * @throws Problem 503 where too many run, the figures are still being made, or it takes too long
   */
  public Answer run(ReportQuery query) {
    if (!running.enter()) {
      throw Problem.overloaded(RETRY_SECONDS);
    }
    try {
      return reader.read(connection -> answer(connection, query));
    } catch (SQLException e) {
      throw new IllegalStateException("report " + query.report().wire() + " failed", e);
    } finally {
      running.leave();
    }
  }

  private Answer answer(Connection connection, ReportQuery query) throws SQLException {
    long began = System.nanoTime();
    LakeDays now = rollups.look(connection);
    Days behind = fresh(query, rollups.raw(connection, now));
    if (query.uses(Rollup.COUPON_DAYS)) {
      rollups.learnCoupons(connection, behind);
    }
    // What is kept and which days it is kept of are read at one moment.
    RollupDays raw = rollups.hold(connection, now);
    Days fresh = fresh(query, raw);
    ReportTable table = read(connection, query.sql(raw, rollups.zone()), query.cut().columns());
    return new Answer(
        query,
        table,
        Duration.ofNanos(System.nanoTime() - began),
        now.newest(),
        fresh.size(),
        leftOut(query, raw, now));
  }

  private static int leftOut(ReportQuery query, RollupDays raw, LakeDays now) {
    return (int)
        now.waiting().stream()
            .filter(file ->
                query.cut().uses().stream()
                    .anyMatch(use ->
                        use.rollup().reads().contains(file.table())
                            && readRaw(query, use, raw).has(file.day())))
            .count();
  }

  /** The days that the query reads from raw rows. */
  private static Days fresh(ReportQuery query, RollupDays raw) {
    List<LocalDate> days = new ArrayList<>();
    query.cut().uses().forEach(use -> days.addAll(readRaw(query, use, raw).all()));
    Days fresh = Days.of(days);
    if (fresh.size() > RAW_DAYS_MAX) {
      throw Problem.unavailable(
          "reports_preparing",
          "The figures of " + fresh.size() + " days are still being made",
          RETRY_SECONDS);
    }
    return fresh;
  }

  private static Days readRaw(ReportQuery query, ReportCut.Use use, RollupDays raw) {
    Days behind = raw.of(use.rollup());
    Days counted = behind.where(day -> query.counts(use, day));
    // History is read whole or not at all.
    return use.rollup().isHistoric() && !counted.isEmpty() ? behind : counted;
  }

  private ReportTable read(Connection connection, String sql, List<ReportColumn> columns)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        Deadlines.Deadline deadline = deadlines.cancel(statement, TIME_MAX)) {
      try (ResultSet result = statement.executeQuery(sql)) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        while (result.next() && rows.size() < ROWS_MAX) {
          rows.add(row(result, columns));
        }
        return new ReportTable(columns, rows, rows.size() == ROWS_MAX);
      } catch (SQLException e) {
        if (deadline.isPast()) {
          throw tooLong();
        }
        throw e;
      }
    }
  }

  static Problem tooLong() {
    return Problem.unavailable(
        "report_timeout", "It took longer than " + TIME_MAX.toSeconds() + " s", RETRY_SECONDS);
  }

  private static @Nullable Object[] row(ResultSet result, List<ReportColumn> columns)
      throws SQLException {
    @Nullable Object[] row = new @Nullable Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      Object value = result.getObject(i + 1);
      row[i] = value == null ? null : value(value, columns.get(i).type());
    }
    return row;
  }

  private static Object value(Object value, ReportType type) {
    return switch (type) {
      case TEXT -> value.toString();
      case DAY, MONTH -> LocalDate.parse(value.toString().substring(0, 10));
      case HOUR, COUNT, MONEY, MILLISECONDS -> new BigDecimal(value.toString()).longValueExact();
      case SHARE, RATIO -> ((Number) value).doubleValue();
    };
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
