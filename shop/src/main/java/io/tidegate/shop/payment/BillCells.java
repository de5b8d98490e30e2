package io.tidegate.shop.payment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines of providers' bills: cells with commas between them, found by the names of the columns. */
final class BillCells {

  /** Of a line. */
  static final int LINE_CHARS_MAX = 4_000;

  private final Map<String, Integer> columns = new HashMap<>();

  /**
   * Takes a line as the one with the names.
   *
   * @throws StatementText.Malformed where one that is wanted lacks
   */
  BillCells(long number, String header, String... wanted) {
    List<String> names = split(header);
    for (int i = 0; i < names.size(); i++) {
      columns.put(names.get(i), i);
    }
    for (String name : wanted) {
      if (!columns.containsKey(name)) {
        throw new StatementText.Malformed(number, "lacks a column of trades");
      }
    }
  }

  /** A line's cell by the name of its column. */
  interface Line {
    /**
     * @throws IllegalArgumentException where the line has none
     */
    String cell(String name);
  }

  Line line(String text) {
    List<String> cells = split(text);
    return name -> {
      @Nullable Integer column = columns.get(name);
      if (column == null || column >= cells.size()) {
        throw new IllegalArgumentException("a cell that lacks");
      }
      return cells.get(column);
    };
  }

  /** A title may have a comma, and then its cell has quotes. */
  private static List<String> split(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        cells.add(bare(cell));
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(bare(cell));
    return cells;
  }

  /**
   * Some have tabs behind, some a back-tick before, so that no spreadsheet takes them for numbers.
   */
  private static String bare(StringBuilder cell) {
    String text = cell.toString().strip();
    return text.startsWith("`") ? text.substring(1) : text;
  }
}
