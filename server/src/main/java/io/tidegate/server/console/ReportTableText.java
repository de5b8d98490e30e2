package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.reporting.ReportColumn;
import io.tidegate.shop.reporting.ReportType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows of an answer as people read them. */
final class ReportTableText {

  /** Rows that a page shows; the rest is in the CSV file. */
  static final int ROWS_MAX = 500;

  private ReportTableText() {}

  /** The rows of a report, by names that people know. */
  static ReportView.Table of(ReportAnswer answer, ReportNames names, Texts t) {
    int currency = answer.index("currency");
    return table(
        answer,
        column -> t.named("report_column", column.name()),
        (row, i) -> cell(answer.columns().get(i), row, i, currency, names, t));
  }

  /** The rows of an analyst's question, as they are. */
  static ReportView.Table raw(ReportAnswer answer) {
    return table(
        answer,
        ReportColumn::name,
        (row, i) -> new ReportView.Cell(row[i] == null ? "" : String.valueOf(row[i]), ""));
  }

  /** What names a column. */
  private interface Heading {
    String of(ReportColumn column);
  }

  /** What stands in a row's cell. */
  private interface Writer {
    ReportView.Cell write(@Nullable Object[] row, int column);
  }

  private static ReportView.Table table(ReportAnswer answer, Heading heading, Writer writer) {
    List<ReportView.Column> columns =
        answer.columns().stream()
            .map(column -> new ReportView.Column(heading.of(column), isNumber(column.type())))
            .toList();
    List<List<ReportView.Cell>> rows = new ArrayList<>();
    for (@Nullable Object[] row : answer.rows()) {
      if (rows.size() == ROWS_MAX) {
        break;
      }
      List<ReportView.Cell> cells = new ArrayList<>();
      for (int i = 0; i < row.length; i++) {
        cells.add(writer.write(row, i));
      }
      rows.add(cells);
    }
    return new ReportView.Table(columns, rows);
  }

  private static boolean isNumber(ReportType type) {
    return switch (type) {
      case TEXT, DAY, MONTH, HOUR -> false;
      case COUNT, MONEY, SHARE, RATIO, MILLISECONDS -> true;
    };
  }

  private static ReportView.Cell cell(
      ReportColumn column,
      @Nullable Object[] row,
      int at,
      int currency,
      ReportNames names,
      Texts t) {
    Object value = row[at];
    if (value == null) {
      return new ReportView.Cell(Numbers.DASH, "");
    }
    String text =
        switch (column.type()) {
          case TEXT -> names.of(column.name(), value.toString(), t);
          case DAY -> value.toString();
          case MONTH -> value.toString().substring(0, "2026-01".length());
          case HOUR -> String.format(Locale.ROOT, "%02d:00", ((Number) value).intValue());
          case COUNT -> Numbers.count(((Number) value).doubleValue());
          case MONEY -> money(((Number) value).longValue(), String.valueOf(row[currency]));
          case SHARE -> Numbers.share(((Number) value).doubleValue());
          case RATIO -> Numbers.ratio(((Number) value).doubleValue());
          case MILLISECONDS -> Numbers.time(((Number) value).doubleValue() / 1_000);
        };
    String note =
        column.type() == ReportType.TEXT ? names.note(column.name(), value.toString(), t) : "";
    return new ReportView.Cell(text, note);
  }

  /** An amount; where nobody knows its currency it is told in minor units, without a sign. */
  private static String money(long amount, String currency) {
    return isCurrency(currency)
        ? Shown.money(new Money(amount, currency))
        : Numbers.count((double) amount);
  }

  /** Whether it is a currency: events of long ago may name none. */
  static boolean isCurrency(String code) {
    return code.length() == 3;
  }
}
