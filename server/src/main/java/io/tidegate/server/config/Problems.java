package io.tidegate.server.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that a person hears all of it at once. */
final class Problems {
  /** No more are told than a person reads. */
  static final int TOLD_MAX = 100;

  private static final int SHOWN_CHARACTERS_MAX = 120;

  private final List<String> lines = new ArrayList<>();

  void add(String where, String what) {
    lines.add(where + ": " + what);
  }

  void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new ConfigurationException(lines.stream().distinct().limit(TOLD_MAX).toList());
    }
  }

  /** A stranger's text on one line, not longer than a person can bear. */
  static String shortened(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(SHOWN_CHARACTERS_MAX)
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return line.length() < text.length() ? line + "..." : line.toString();
  }
}
