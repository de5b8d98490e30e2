package io.tidegate.platform.http;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Writes moments as {@code 2026-11-23T01:17:32.005Z}: one form, milliseconds always. */
final class Rfc3339 {

  static final int LENGTH = 24;

  private Rfc3339() {}

  /**
   * Writes a moment of the years 0 to 9999.
   *
   * @return where the next byte goes
   */
  static int write(Instant moment, byte[] to, int from) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(moment.getEpochSecond(), moment.getNano(), ZoneOffset.UTC);
    int at = digits(to, from, time.getYear(), 4);
    to[at++] = '-';
    at = digits(to, at, time.getMonthValue(), 2);
    to[at++] = '-';
    at = digits(to, at, time.getDayOfMonth(), 2);
    to[at++] = 'T';
    at = digits(to, at, time.getHour(), 2);
    to[at++] = ':';
    at = digits(to, at, time.getMinute(), 2);
    to[at++] = ':';
    at = digits(to, at, time.getSecond(), 2);
    to[at++] = '.';
    at = digits(to, at, time.getNano() / 1_000_000, 3);
    to[at++] = 'Z';
    return at;
  }

  private static int digits(byte[] to, int from, int number, int count) {
    int left = number;
    for (int i = from + count - 1; i >= from; i--) {
      to[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return from + count;
  }
}
