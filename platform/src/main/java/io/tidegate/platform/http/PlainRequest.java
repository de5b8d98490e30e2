package io.tidegate.platform.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request that came in one piece and has nothing unusual about it, so that its bytes alone say
 * where it ends.
 *
 * <p>This is no second reader of HTTP: whatever has two readings, or asks for more than an answer
 * (a chunked, a partial or an encoded body, Expect, Upgrade, Connection: close, a query, an escape,
 * a second request behind the first), is not plain, and goes to the reader that knows all of it.
 */
final class PlainRequest {
  /** A longer piece is not looked at. */
  static final int BYTES_MAX = 8_192;

  /** A longer path is not looked at. */
  static final int PATH_BYTES_MAX = 1_024;

  private static final String[] METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  private static final byte[] VERSION = ascii("HTTP/1.1\r\n");
  private static final boolean[] IN_NAME = letters("!#$%&'*+-.^_`|~");
  private static final boolean[] IN_PATH = letters("/-._~");
  private static final boolean[] IN_HOST = letters("-.");
  private static final boolean[] IN_ADDRESS = letters(".:");
  private static final int LENGTH_DIGITS_MAX = 5;
  private static final int NONE = -1;

  private final byte[] bytes;
  private int at;
  private String method = "";
  private String path = "";
  private @Nullable String traceparent;
  private int hosts;
  private int bodyBytes = NONE;

  private PlainRequest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The plain request that these bytes are, no more and no less; null where they are not. */
  static @Nullable PlainRequest of(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      return null;
    }
    var request = new PlainRequest(bytes);
    return request.takeFirstLine() && request.takeHeaders() && request.isWhole() ? request : null;
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /** The first such header; null where it has none. */
  @Nullable String traceparent() {
    return traceparent;
  }

  int bodyBytes() {
    return Math.max(0, bodyBytes);
  }

  private boolean takeFirstLine() {
    for (String known : METHODS) {
      if (isWord(known) && is(known.length(), ' ')) {
        method = known;
        at = known.length() + 1;
        return takePath() && takeVersion();
      }
    }
    return false;
  }

  private boolean isWord(String word) {
    if (bytes.length < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean takePath() {
    int from = at;
    if (!is(at, '/')) {
      return false;
    }
    while (isOne(at, IN_PATH)) {
      at++;
    }
    if (!is(at, ' ') || at - from > PATH_BYTES_MAX) {
      return false;
    }
    path = text(from, at);
    at++;
    return true;
  }

  private boolean takeVersion() {
    for (byte expected : VERSION) {
      if (!is(at, (char) expected)) {
        return false;
      }
      at++;
    }
    return true;
  }

  private boolean takeHeaders() {
    while (!isLineEnd()) {
      int name = at;
      while (isOne(at, IN_NAME)) {
        at++;
      }
      int nameEnd = at;
      if (nameEnd == name || !is(at, ':')) {
        return false;
      }
      at++;
      while (isBlank(at)) {
        at++;
      }
      int value = at;
      while (isBlank(at) || at < bytes.length && bytes[at] > ' ' && bytes[at] < 0x7f) {
        at++;
      }
      int valueEnd = at;
      if (!isLineEnd()) {
        return false;
      }
      at += 2;
      while (valueEnd > value && isBlank(valueEnd - 1)) {
        valueEnd--;
      }
      if (!takeUsual(name, nameEnd, value, valueEnd)) {
        return false;
      }
    }
    at += 2;
    return hosts == 1;
  }

  /** Looks at the headers that say how long the request is, or that more is wanted. */
  private boolean takeUsual(int name, int nameEnd, int value, int valueEnd) {
    return switch (nameEnd - name) {
      case 4 -> !isText(name, nameEnd, "host") || takeHost(value, valueEnd);
      case 6 -> !isText(name, nameEnd, "expect");
      case 7 -> !isText(name, nameEnd, "upgrade");
      case 10 -> !isText(name, nameEnd, "connection") || isText(value, valueEnd, "keep-alive");
      case 11 -> !isText(name, nameEnd, "traceparent") || takeTrace(value, valueEnd);
      case 14 -> !isText(name, nameEnd, "content-length") || takeLength(value, valueEnd);
      case 16 -> !isText(name, nameEnd, "content-encoding");
      case 17 -> !isText(name, nameEnd, "transfer-encoding");
      default -> true;
    };
  }

  private boolean takeHost(int from, int to) {
    hosts++;
    int nameEnd = is(from, '[') ? addressEnd(from) : whileOne(from, to, IN_HOST);
    if (nameEnd == from || nameEnd == to) {
      return nameEnd > from;
    }
    return is(nameEnd, ':') && areDigits(nameEnd + 1, to);
  }

  /** Behind an address in brackets; its begin where it is none. */
  private int addressEnd(int from) {
    int last = whileOne(from + 1, bytes.length, IN_ADDRESS);
    return last > from + 1 && is(last, ']') ? last + 1 : from;
  }

  private int whileOne(int from, int to, boolean[] letters) {
    int i = from;
    while (i < to && isOne(i, letters)) {
      i++;
    }
    return i;
  }

  private boolean areDigits(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return to > from;
  }

  private boolean takeTrace(int from, int to) {
    if (traceparent == null) {
      traceparent = text(from, to);
    }
    return true;
  }

  private boolean takeLength(int from, int to) {
    if (bodyBytes != NONE || to - from > LENGTH_DIGITS_MAX || !areDigits(from, to)) {
      return false;
    }
    int length = 0;
    for (int i = from; i < to; i++) {
      length = length * 10 + bytes[i] - '0';
    }
    bodyBytes = length;
    return true;
  }

  private boolean isWhole() {
    return bytes.length - at == bodyBytes();
  }

  private boolean isLineEnd() {
    return is(at, '\r') && is(at + 1, '\n');
  }

  private boolean isBlank(int i) {
    return is(i, ' ') || is(i, '\t');
  }

  private boolean is(int i, char wanted) {
    return i < bytes.length && bytes[i] == wanted;
  }

  private boolean isOne(int i, boolean[] letters) {
    return i < bytes.length && bytes[i] >= 0 && letters[bytes[i]];
  }

  /** Whether it is this text, which is in lower case, in any case. */
  private boolean isText(int from, int to, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      int b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** ASCII letters, digits and these. */
  private static boolean[] letters(String more) {
    var letters = new boolean[128];
    for (char c = 0; c < letters.length; c++) {
      letters[c] =
          c >= '0' && c <= '9'
              || c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || more.indexOf(c) >= 0;
    }
    return letters;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
