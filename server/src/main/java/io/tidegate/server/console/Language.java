package io.tidegate.server.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The languages that the console speaks. */
enum Language {
  ZH("zh", "zh-CN"),
  EN("en", "en");

  private final String code;
  private final String tag;

  Language(String code, String tag) {
    this.code = code;
    this.tag = tag;
  }

  /** Its name in cookies and file names. */
  String code() {
    return code;
  }

  /** Its name for browsers (BCP 47). */
  String tag() {
    return tag;
  }

  Language other() {
    return this == ZH ? EN : ZH;
  }

  /** What was chosen; else what the browser asks for first; else Chinese. */
  static Language of(@Nullable String chosen, @Nullable String acceptLanguage) {
    for (Language language : values()) {
      if (language.code.equals(chosen)) {
        return language;
      }
    }
    String wanted = acceptLanguage == null ? "" : acceptLanguage.strip().toLowerCase(Locale.ROOT);
    return wanted.isEmpty() || wanted.startsWith("zh") || wanted.startsWith("*") ? ZH : EN;
  }
}
