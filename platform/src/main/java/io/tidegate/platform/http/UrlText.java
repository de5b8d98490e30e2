package io.tidegate.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads percent-encoded text strictly: bad escapes, bad UTF-8 and U+0000 are refused. */
final class UrlText {
  private UrlText() {}

  /** The decoded text; null when it is not well-formed. */
  static @Nullable String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && !(plusIsSpace && raw.indexOf('+') >= 0)) {
      return isPlain(raw) ? raw : null;
    }
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    int bits = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= raw.length()) {
          return null;
        }
        int high = Character.digit(raw.charAt(i + 1), 16);
        int low = Character.digit(raw.charAt(i + 2), 16);
        if (high < 0 || low < 0 || (high | low) == 0) {
          return null;
        }
        bytes[length] = (byte) (high << 4 | low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes[length] = ' ';
      } else if (c > 0 && c < 0x80) {
        bytes[length] = (byte) c;
      } else {
        return null;
      }
      bits |= bytes[length++];
    }
    if (bits >= 0) {
      return new String(bytes, 0, length, StandardCharsets.US_ASCII); // as nearly all is
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == 0 || c >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The pairs of {@code a=1&b=2}; a name that comes twice or bad text is a {@link Problem}. */
  static Map<String, String> pairs(String raw, int pairsMax, String pointerPrefix) {
    var pairs = new LinkedHashMap<String, String>();
    int from = 0;
    while (from < raw.length()) {
      int to = raw.indexOf('&', from);
      if (to < 0) {
        to = raw.length();
      }
      if (to > from) {
        pair(raw.substring(from, to), pairs, pointerPrefix);
      }
      if (pairs.size() > pairsMax) {
        throw Problem.invalid("more than " + pairsMax + " parameters");
      }
      from = to + 1;
    }
    return pairs;
  }

  private static void pair(String raw, Map<String, String> pairs, String pointerPrefix) {
    int equals = raw.indexOf('=');
    String name = decode(equals < 0 ? raw : raw.substring(0, equals), true);
    if (name == null || name.isEmpty()) {
      throw Problem.invalid(pointerPrefix, "has a name that is not well-formed text");
    }
    String value = decode(equals < 0 ? "" : raw.substring(equals + 1), true);
    if (value == null) {
      throw Problem.invalid(pointerPrefix + name, "is not well-formed text");
    }
    if (pairs.putIfAbsent(name, value) != null) {
      throw Problem.invalid(pointerPrefix + name, "comes more than once");
    }
  }
}
