package io.tidegate.server.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two looks of the console. */
enum Theme {
  LIGHT,
  DARK;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  Theme other() {
    return this == LIGHT ? DARK : LIGHT;
  }

  static Theme of(@Nullable String chosen) {
    return DARK.code().equals(chosen) ? DARK : LIGHT;
  }
}
