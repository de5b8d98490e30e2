package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.SkuCode;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is taken as behaviour. */
final class BehaviourRules {

  /** More fit into no body. */
  static final int EVENTS_MAX = 4_096;

  static final int WORD_CHARS_MAX = 64;
  static final int QUERY_CHARS_MAX = 1_000;

  /** What is kept of a query. */
  static final int QUERY_CHARS_KEPT = 64;

  static final int REGION_CHARS = 6;
  static final int STARS_MAX = 5;

  /** Older things are not told: their days are settled. */
  static final Duration AGE_MAX = Duration.ofDays(7);

  /** Clocks of customers' machines run ahead; so much is taken as now. */
  static final Duration AHEAD_MAX = Duration.ofSeconds(5);

  /** No moment, or none in the plain form. */
  static final long NO_TIME = Long.MIN_VALUE;

  private static final int PLAIN_SECONDS_CHARS = "2026-11-26T07:40:00Z".length();
  private static final long DAY_SECONDS = 86_400;

  private BehaviourRules() {}

  /** What an event lacks, or has too much. */
  record Lack(String member, String detail) {}

  static List<Lack> lacks(BehaviourEvent event) {
    List<Lack> lacks = new ArrayList<>(0);
    switch (event.type()) {
      case SEARCHED -> require(lacks, "query", event.query() != null);
      case VIEWED, CLICKED -> {
        if (event.sku() == null && event.category() == null) {
          lacks.add(new Lack("sku", "is required, or category"));
        }
      }
      case REVIEWED -> {
        require(lacks, "sku", event.sku() != null);
        require(lacks, "stars", event.stars() > 0);
      }
      case CARTED -> require(lacks, "sku", event.sku() != null);
    }
    if (event.stars() > 0 && event.type() != BehaviourType.REVIEWED) {
      lacks.add(new Lack("stars", "is known for reviewed only"));
    }
    return lacks;
  }

  private static void require(List<Lack> lacks, String member, boolean there) {
    if (!there) {
      lacks.add(new Lack(member, "is required"));
    }
  }

  static boolean isSku(String text) {
    return SkuCode.isValid(text);
  }

  static boolean isRegion(String text) {
    if (text.length() != REGION_CHARS) {
      return false;
    }
    for (int i = 0; i < REGION_CHARS; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Whether a moment is neither too old nor in the future. */
  static boolean isRecent(long micros, long nowMicros) {
    return micros > nowMicros - micros(AGE_MAX) && micros <= nowMicros + micros(AHEAD_MAX);
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }

  /**
   * A query as queries are compared: one width, small letters, single blanks, at most 64
   * characters. Empty where nothing is left.
   */
  static String normalised(String query) {
    if (isNormal(query)) {
      return query;
    }
    String even = Normalizer.normalize(query, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    StringBuilder kept = new StringBuilder(QUERY_CHARS_KEPT);
    boolean gap = false;
    for (int i = 0; i < even.length() && kept.length() < QUERY_CHARS_KEPT; i++) {
      char c = even.charAt(i);
      if (isBlank(c)) {
        gap = !kept.isEmpty();
      } else {
        if (gap) {
          kept.append(' ');
          gap = false;
        }
        kept.append(c);
      }
    }
    return cut(kept);
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }

  /** Not in the middle of a pair, and without a blank at the end. */
  private static String cut(StringBuilder text) {
    int length = Math.min(text.length(), QUERY_CHARS_KEPT);
    if (length > 0 && Character.isHighSurrogate(text.charAt(length - 1))) {
      length--;
    }
    while (length > 0 && text.charAt(length - 1) == ' ') {
      length--;
    }
    return text.substring(0, length);
  }

  /** Whether nothing is to be done: of plain letters, as most are. */
  private static boolean isNormal(String query) {
    int length = query.length();
    if (length > QUERY_CHARS_KEPT) {
      return false;
    }
    char before = ' ';
    for (int i = 0; i < length; i++) {
      char c = query.charAt(i);
      boolean han = c >= 0x4e00 && c <= 0x9fff;
      boolean plain = c > ' ' && c < 0x7f && (c < 'A' || c > 'Z');
      if (!han && !plain && (c != ' ' || before == ' ')) {
        return false;
      }
      before = c;
    }
    return before != ' ' || length == 0;
  }

  /**
   * The moment of {@code 2026-11-26T07:40:00.123Z} in microseconds, without an object; {@link
   * #NO_TIME} for every other form.
   */
  static long plainMicros(String text) {
    int length = text.length();
    boolean framed =
        length >= PLAIN_SECONDS_CHARS
            && text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && text.charAt(length - 1) == 'Z';
    if (!framed) {
      return NO_TIME;
    }
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    int year = number(text, 0, 4);
    // The last days of months are left to the calendar.
    boolean known =
        year >= 1970
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= 28
            && hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60;
    long fraction = fraction(text, length);
    if (!known || fraction < 0) {
      return NO_TIME;
    }
    long seconds =
        (days(year, month) + day - 1) * DAY_SECONDS + hour * 3_600L + minute * 60L + second;
    return seconds * 1_000_000 + fraction;
  }

  /** Days from 1970 to a month's first (Howard Hinnant's civil calendar: years begin in March). */
  private static long days(int year, int month) {
    long y = month <= 2 ? year - 1L : year;
    long era = y / 400;
    long yearOfEra = y - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** Microseconds behind the point, of which there may be up to six digits. */
  private static long fraction(String text, int length) {
    if (length == PLAIN_SECONDS_CHARS) {
      return 0;
    }
    int digits = length - PLAIN_SECONDS_CHARS - 1;
    if (text.charAt(19) != '.' || digits < 1 || digits > 6) {
      return -1;
    }
    int number = number(text, 20, 20 + digits);
    for (int i = digits; i < 6 && number >= 0; i++) {
      number *= 10;
    }
    return number;
  }

  /** The moment of any RFC 3339 time; throws {@link java.time.DateTimeException} for none. */
  static long micros(String text) {
    Instant moment = OffsetDateTime.parse(text).toInstant();
    return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
  }

  /** Null for null; what a moment is taken as. */
  static long settled(@Nullable Long micros, long nowMicros) {
    return micros == null ? nowMicros : Math.min(micros, nowMicros);
  }
}
