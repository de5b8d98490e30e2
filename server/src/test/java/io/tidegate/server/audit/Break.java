package io.tidegate.server.audit;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row that is broken by SQL, and what the audit must say of it.
 *
 * @param sql {@code #n} stands for the number of order n, here and in the key
 * @param expected the beginning of what the audit says should be
 * @param actual the beginning of what it says is
 */
record Break(String name, String sql, String key, String expected, String actual) {

  /** All of them: a name that rows can show and that none of them breaks fails a test. */
  static List<Break> all() {
    return Stream.of(StockAndOrderBreaks.all(), MoneyAndPerkBreaks.all(), EventAndStaffBreaks.all())
        .flatMap(breaks -> breaks)
        .toList();
  }

  static String numbered(String text) {
    return text.replaceAll("#(\\d)", SmallShop.BASE / 10 + "$1");
  }
}
