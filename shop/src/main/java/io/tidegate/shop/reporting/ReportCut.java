package io.tidegate.shop.reporting;

import java.util.List;

/**
 * One way to cut a report's figures.
 *
 * @param name what {@code by} asks for
 * @param columns what the SQL gives, in this order
 * @param sql over tables that are named as the rollups that it uses, and have its days only; {@code
 *     ${from}}, {@code ${to}} and {@code ${limit}} are put in
 * @param uses the rollups, with the days of each
 */
public record ReportCut(String name, List<ReportColumn> columns, String sql, List<Use> uses) {

  /** The most rows that can be asked for. */
  public static final int LIMIT_MAX = 1_000;

  /** Rows where nobody says how many. */
  public static final int LIMIT_DEFAULT = 100;

  public ReportCut {
    columns = List.copyOf(columns);
    uses = List.copyOf(uses);
  }

  /** Which days of a rollup count. */
  enum Span {
    /** From the first day asked for to the last. */
    RANGE,

    /** All up to the last day asked for. */
    UNTIL,

    /** From the first day asked for on. */
    SINCE;

    Use of(Rollup rollup) {
      return new Use(rollup, this);
    }
  }

  /** A rollup that is used, with the days that count. */
  record Use(Rollup rollup, Span span) {}

  static ReportCut by(String name, String columns, String sql, Use... uses) {
    return new ReportCut(name, ReportColumn.list(columns), sql, List.of(uses));
  }

  /** Whether it has only as many rows as are asked for. */
  public boolean isLimited() {
    return sql.contains("${limit}");
  }
}
