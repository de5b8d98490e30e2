package io.tidegate.shop.reporting;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a question was answered with.
 *
 * @param rows values in the columns' order: String, Long, Double, BigDecimal, BigInteger (told as
 *     text in JSON), LocalDate, Boolean or null
 * @param isCut whether there would be more rows
 */
public record ReportTable(
    List<ReportColumn> columns, List<@Nullable Object[]> rows, boolean isCut) {

  /** The text of a cell in CSV; empty where there is nothing. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case LocalDate day -> day.toString();
      case BigDecimal number -> number.toPlainString();
      default -> value.toString();
    };
  }
}
