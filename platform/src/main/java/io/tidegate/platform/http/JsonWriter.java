package io.tidegate.platform.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON into bytes, one value after the other.
 *
 * <p>It puts commas and escapes; pairing begin and end is the caller's. Names are ASCII and need no
 * escape.
 */
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] AMOUNT = "{\"amount\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CURRENCY = ",\"currency\":".getBytes(StandardCharsets.US_ASCII);
  private static final int LONG_CHARS_MAX = 20;
  private static final boolean[] PLAIN = plain();

  private byte[] bytes;
  private int length;
  private boolean comma;

  /**
   * @param bytesGuess the length expected; more is allowed
   */
  public JsonWriter(int bytesGuess) {
    this.bytes = new byte[Math.max(16, bytesGuess)];
  }

  public JsonWriter beginObject() {
    return begin('{');
  }

  public JsonWriter endObject() {
    return end('}');
  }

  public JsonWriter beginArray() {
    return begin('[');
  }

  public JsonWriter endArray() {
    return end(']');
  }

  /** The name of the next value. */
  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the cheap way for ASCII
  public JsonWriter name(String name) {
    int count = name.length();
    reserve(count + 4);
    separate();
    bytes[length++] = '"';
    name.getBytes(0, count, bytes, length);
    length += count;
    bytes[length++] = '"';
    bytes[length++] = ':';
    comma = false;
    return this;
  }

  public JsonWriter value(String text) {
    reserve(text.length() + 3);
    separate();
    bytes[length++] = '"';
    writeText(text);
    reserve(1);
    bytes[length++] = '"';
    comma = true;
    return this;
  }

  public JsonWriter value(long number) {
    if (number < 0) {
      return ascii(Long.toString(number));
    }
    reserve(LONG_CHARS_MAX + 1);
    separate();
    digits(number);
    comma = true;
    return this;
  }

  public JsonWriter value(boolean truth) {
    return ascii(truth ? "true" : "false");
  }

  /** A moment as RFC 3339 in UTC, with milliseconds. */
  public JsonWriter value(Instant moment) {
    reserve(Rfc3339.LENGTH + 3);
    separate();
    bytes[length++] = '"';
    length = Rfc3339.write(moment, bytes, length);
    bytes[length++] = '"';
    comma = true;
    return this;
  }

  /** A value that is JSON already. */
  public JsonWriter raw(byte[] json) {
    reserve(json.length + 1);
    separate();
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    comma = true;
    return this;
  }

  public JsonWriter field(String name, String text) {
    return name(name).value(text);
  }

  public JsonWriter field(String name, long number) {
    return name(name).value(number);
  }

  public JsonWriter field(String name, boolean truth) {
    return name(name).value(truth);
  }

  public JsonWriter field(String name, Instant moment) {
    return name(name).value(moment);
  }

  /** A field that is left out when there is nothing to say. */
  public JsonWriter fieldIfPresent(String name, @Nullable String text) {
    return text == null ? this : field(name, text);
  }

  /** A field that is left out when there is nothing to say. */
  public JsonWriter fieldIfPresent(String name, @Nullable Instant moment) {
    return moment == null ? this : field(name, moment);
  }

  /** An amount of money: minor units and the currency's ISO 4217 code. */
  public JsonWriter money(String name, long amountMinor, String currency) {
    name(name);
    prefix(AMOUNT);
    value(amountMinor);
    prefix(CURRENCY);
    return value(currency).endObject();
  }

  /** As if nothing had been written yet; the room that there is stays. */
  public JsonWriter clear() {
    length = 0;
    comma = false;
    return this;
  }

  /** What was written, in UTF-8. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** What stands before a value. */
  private void prefix(byte[] ascii) {
    copy(ascii, 0, ascii.length);
    comma = false;
  }

  private JsonWriter begin(char bracket) {
    reserve(2);
    separate();
    bytes[length++] = (byte) bracket;
    comma = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    reserve(1);
    bytes[length++] = (byte) bracket;
    comma = true;
    return this;
  }

  @SuppressWarnings("deprecation")
  private JsonWriter ascii(String text) {
    int count = text.length();
    reserve(count + 1);
    separate();
    text.getBytes(0, count, bytes, length);
    length += count;
    comma = true;
    return this;
  }

  /** Amounts and counts are written often: they need no text of their own. */
  private void digits(long number) {
    int end = length + 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      end++;
    }
    long rest = number;
    for (int i = end - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
  }

  /** Writes the comma that is due; the caller has reserved a byte for it. */
  private void separate() {
    if (comma) {
      bytes[length++] = ',';
    }
  }

  /** Text outside ASCII needs no escape; a lone surrogate becomes a question mark. */
  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) copies ASCII without a detour
  private void writeText(String text) {
    int count = text.length();
    if (isPlain(text)) {
      reserve(count);
      text.getBytes(0, count, bytes, length);
      length += count;
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int clean = 0;
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if ((b >= 0 && b < ' ') || b == '"' || b == '\\' || b == 0x7f) {
        copy(utf8, clean, i);
        escape((char) b);
        clean = i + 1;
      }
    }
    copy(utf8, clean, utf8.length);
  }

  /** Printable ASCII that needs no escape. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= PLAIN.length || !PLAIN[c]) {
        return false;
      }
    }
    return true;
  }

  private static boolean[] plain() {
    boolean[] plain = new boolean[0x7f];
    Arrays.fill(plain, ' ', plain.length, true);
    plain['"'] = false;
    plain['\\'] = false;
    return plain;
  }

  private void copy(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  private void escape(char c) {
    reserve(6);
    bytes[length++] = '\\';
    switch (c) {
      case '"', '\\' -> bytes[length++] = (byte) c;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[c >> 4];
        bytes[length++] = HEX[c & 15];
      }
    }
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
