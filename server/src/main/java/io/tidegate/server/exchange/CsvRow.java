package io.tidegate.server.exchange;

import io.tidegate.server.cli.Exchanges.Bad;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.kernel.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A row's cells, taken out by column and kind. What is wrong is noted, and a placeholder returned:
 * look at {@link #bad} before anything is used.
 */
final class CsvRow {

  private static final int DIGITS_MAX = 18;
  private static final Set<String> YES = Set.of("true", "1", "yes");
  private static final Set<String> NO = Set.of("false", "0", "no");

  private final long line;
  private final Map<String, Integer> columns;
  private final List<String> fields;
  private final List<Bad> bad = new ArrayList<>(0);

  CsvRow(long line, Map<String, Integer> columns, List<String> fields) {
    this.line = line;
    this.columns = columns;
    this.fields = fields;
  }

  long line() {
    return line;
  }

  /** What is wrong with it. */
  List<Bad> bad() {
    return bad;
  }

  /** Notes that a cell is wrong. */
  void refuse(String column, String why) {
    bad.add(new Bad(line, column, why));
  }

  /** Whether the file has a column. */
  boolean has(String column) {
    return columns.containsKey(column);
  }

  /** A cell without white space and guard around it; empty where the column is missing. */
  String cell(String column) {
    Integer at = columns.get(column);
    return at == null ? "" : SheetGuard.off(fields.get(at).strip());
  }

  /** A cell that is not empty. */
  String needed(String column) {
    String text = cell(column);
    if (text.isEmpty()) {
      refuse(column, "is empty");
    }
    return text;
  }

  /** A cell that says something of a kind. */
  String needed(String column, Predicate<String> is, String why) {
    String text = needed(column);
    if (!text.isEmpty() && !is.test(text)) {
      refuse(column, why);
    }
    return text;
  }

  /** A text without characters that nobody can see. */
  String text(String column, int charsMax) {
    String text = cell(column);
    if (text.length() > charsMax) {
      refuse(column, "has more than " + charsMax + " characters");
    }
    if (!GoodsRules.isShown(text)) {
      refuse(column, "has control characters");
    }
    return text;
  }

  /** True or false; the placeholder where the cell is empty. */
  boolean truth(String column, boolean whereEmpty) {
    String text = cell(column);
    if (text.isEmpty() || YES.contains(text)) {
      return text.isEmpty() ? whereEmpty : true;
    }
    if (!NO.contains(text)) {
      refuse(column, "must be true or false");
    }
    return false;
  }

  /** A whole number. */
  long number(String column, long min, long max) {
    String text = needed(column);
    if (text.isEmpty()) {
      return min;
    }
    if (text.length() <= DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    }
    refuse(column, "must be a whole number from " + min + " to " + max);
    return min;
  }

  /**
   * A price as people write it: {@code 19.90}; its currency is CNY where the cell is empty.
   *
   * @param max in minor units
   */
  Money price(String column, String currencyColumn, long max) {
    String code = cell(currencyColumn).isEmpty() ? Money.CNY : cell(currencyColumn);
    String text = needed(column);
    Money one;
    try {
      Currency.getInstance(code);
      one = new Money(1, code);
    } catch (IllegalArgumentException e) {
      refuse(currencyColumn, "must be an ISO 4217 code");
      return Money.cny(1);
    }
    if (text.isEmpty()) {
      return one;
    }
    if (text.length() <= DIGITS_MAX && text.matches("[0-9]+(\\.[0-9]+)?")) {
      BigDecimal minor =
          new BigDecimal(text).movePointRight(one.fractionDigits()).stripTrailingZeros();
      if (minor.scale() <= 0
          && minor.signum() > 0
          && minor.compareTo(BigDecimal.valueOf(max)) <= 0) {
        return new Money(minor.longValueExact(), code);
      }
    }
    refuse(
        column,
        "must be above 0, with at most %d digits after the point, and at most %s"
            .formatted(one.fractionDigits(), new Money(max, code).decimal()));
    return one;
  }
}
