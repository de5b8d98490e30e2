package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes requests' bytes and finds texts in answers, without garbage where it counts. */
final class Ascii {
  private static final byte[] NOTHING = new byte[0];

  private Ascii() {}

  static byte[] of(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static void put(ByteBuffer out, String text) {
    for (int i = 0; i < text.length(); i++) {
      out.put((byte) text.charAt(i));
    }
  }

  /** A number that is not negative, in digits. */
  static void put(ByteBuffer out, long number) {
    long power = 1;
    while (number / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.put((byte) ('0' + number / power % 10));
    }
  }

  /** What a JSON field opens with, as {@link #text} takes it. */
  static byte[] field(String name) {
    return of("\"" + name + "\":\"");
  }

  /** The text of the first field of this name in what was kept of the body; empty without it. */
  static byte[] text(ResponseReader answer, byte[] field) {
    byte[] body = answer.body();
    int end = answer.bodyLength();
    for (int at = 0; at + field.length < end; at++) {
      if (Arrays.equals(body, at, at + field.length, field, 0, field.length)) {
        int from = at + field.length;
        int to = from;
        while (to < end && body[to] != '"') {
          to++;
        }
        return Arrays.copyOfRange(body, from, to);
      }
    }
    return NOTHING;
  }

  /** The digits that follow the first of these bytes in what was kept of the body; 0 without. */
  static long number(ResponseReader answer, byte[] before) {
    byte[] body = answer.body();
    int end = answer.bodyLength();
    for (int at = 0; at + before.length < end; at++) {
      if (Arrays.equals(body, at, at + before.length, before, 0, before.length)) {
        long value = 0;
        for (int i = at + before.length; i < end && body[i] >= '0' && body[i] <= '9'; i++) {
          value = value * 10 + body[i] - '0';
        }
        return value;
      }
    }
    return 0;
  }
}
