package io.tidegate.shop.catalog;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A language that goods have titles in. */
public enum GoodsLanguage {
  ZH,
  EN;

  /** A longer Accept-Language is not looked at. */
  private static final int HEADER_CHARS_MAX = 200;

  private static final List<Locale> LOCALES = List.of(Locale.CHINESE, Locale.ENGLISH);

  /** The one that a client prefers by its Accept-Language (RFC 9110); Chinese where it has none. */
  public static GoodsLanguage of(@Nullable String acceptLanguage) {
    if (acceptLanguage == null || acceptLanguage.length() > HEADER_CHARS_MAX) {
      return ZH;
    }
    try {
      Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage.strip()), LOCALES);
      return Locale.ENGLISH.equals(best) ? EN : ZH;
    } catch (IllegalArgumentException _) {
      return ZH;
    }
  }

  /** Its tag, such as {@code zh}. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
