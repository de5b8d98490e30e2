package io.tidegate.shop.reporting;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

/**
 * A report that is asked for.
 *
 * @param from the first business day
 * @param to the last one
 * @param limit rows at most, of cuts that have a limit
 */
public record ReportQuery(Report report, ReportCut cut, LocalDate from, LocalDate to, int limit) {

  /** The most days at once. */
  public static final int DAYS_MAX = 400;

  public ReportQuery {
    if (from.isAfter(to) || ChronoUnit.DAYS.between(from, to) >= DAYS_MAX) {
      throw new IllegalArgumentException("no range of days: " + from + " to " + to);
    }
  }

  /** Whether it is made of a rollup. */
  boolean uses(Rollup rollup) {
    return cut.uses().stream().anyMatch(use -> use.rollup() == rollup);
  }

  /** Whether a day's figures of a rollup count. */
  boolean counts(ReportCut.Use use, LocalDate day) {
    return switch (use.span()) {
      case RANGE -> !day.isBefore(from) && !day.isAfter(to);
      case UNTIL -> !day.isAfter(to);
      case SINCE -> !day.isBefore(from);
    };
  }

  /**
   * The whole SQL: each rollup as it is kept, but for the days that are read from raw rows.
   *
   * @param raw days of which the kept figures are not those of the raw rows, or there are none yet
   */
  String sql(RollupDays raw, String zone) {
    String tables =
        cut.uses().stream().map(use -> table(use, raw, zone)).collect(Collectors.joining(",\n"));
    // A report's own WITH comes after those of its rollups, as a query of its own.
    return "with " + tables + "\nselect * from (\n" + put(cut.sql()) + ")";
  }

  private String table(ReportCut.Use use, RollupDays raw, String zone) {
    Rollup rollup = use.rollup();
    Days fresh = raw.of(rollup).where(day -> counts(use, day));
    String kept =
        "select * from rollup." + rollup.table() + " where " + span(use) + without(raw.of(rollup));
    // What is read from raw rows is cut to the report's days after it was made: of history, all
    // days that are not kept belong together.
    String made =
        fresh.isEmpty()
            ? ""
            : "\nunion all by name select * from (\n"
                + rollup.source(rollup.isHistoric() ? raw.of(rollup) : fresh, zone)
                + ") where "
                + span(use);
    return rollup.table() + " as (\n" + kept + made + ")";
  }

  private String span(ReportCut.Use use) {
    return put(
        switch (use.span()) {
          case RANGE -> "day between ${from} and ${to}";
          case UNTIL -> "day <= ${to}";
          case SINCE -> "day >= ${from}";
        });
  }

  private static String without(Days days) {
    return days.isEmpty() ? "" : " and day not in (" + days.sql() + ")";
  }

  private String put(String sql) {
    return sql.replace("${from}", "date '" + from + "'")
        .replace("${to}", "date '" + to + "'")
        .replace("${limit}", Integer.toString(limit));
  }
}
