package io.tidegate.server.exchange;

import java.util.regex.Pattern;

/**
 * The apostrophe before a cell that a spreadsheet would take for a formula. Where there are some
 * already one more is put, so that each text comes back as it was.
 */
final class SheetGuard {

  private static final Pattern FORMULA = Pattern.compile("'*[=+\\-@\t\r].*", Pattern.DOTALL);

  private SheetGuard() {}

  /** A cell as it is written. */
  static String on(String cell) {
    return FORMULA.matcher(cell).matches() ? "'" + cell : cell;
  }

  /** A cell as it was before it was written. */
  static String off(String cell) {
    return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
  }
}
