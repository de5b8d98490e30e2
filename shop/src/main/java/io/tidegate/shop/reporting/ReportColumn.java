package io.tidegate.shop.reporting;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A column of a report.
 *
 * @param name in JSON and CSV: camelCase
 */
public record ReportColumn(String name, ReportType type) {

  /** Reads {@code name type, name type}. */
  static List<ReportColumn> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .map(each -> each.split(" "))
        .map(
            pair -> new ReportColumn(pair[0], ReportType.valueOf(pair[1].toUpperCase(Locale.ROOT))))
        .toList();
  }
}
