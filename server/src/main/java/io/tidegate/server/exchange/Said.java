package io.tidegate.server.exchange;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What rows of a file have said, and in which lines. */
final class Said {

  private record At(Object what, long line) {}

  /**
   * What a row says.
   *
   * @param key what a file says once only
   * @param told what it tells of something that other rows are about too
   */
  record Part(String key, Table.@Nullable Told told) {}

  /** Why a row can't be taken beside those before. */
  record Clash(String column, String why) {}

  private final Map<String, Long> lines = new HashMap<>();
  private final Map<String, At> told = new HashMap<>();

  /** What a row would clash with; null where nothing. */
  @Nullable Clash against(Part part) {
    Table.Told tells = part.told();
    At before = tells == null ? null : told.get(tells.about());
    if (tells != null && before != null && !before.what().equals(tells.what())) {
      return new Clash(tells.column(), "is told otherwise in line " + before.line());
    }
    Long line = lines.get(part.key());
    return line == null ? null : new Clash("", "says again what line " + line + " is about");
  }

  void add(Part part, long line) {
    lines.putIfAbsent(part.key(), line);
    Table.Told tells = part.told();
    if (tells != null) {
      told.putIfAbsent(tells.about(), new At(tells.what(), line));
    }
  }

  void clear() {
    lines.clear();
    told.clear();
  }
}
