package io.tidegate.platform.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context of one request, or of what the system does by itself.
 *
 * @param traceparent what messages carry on
 */
public record TraceContext(String traceparent) {
  private static final int LENGTH = 55;

  /** The client's, when it is valid (Trace Context, 3.2.2); a new one otherwise. */
  static TraceContext of(@Nullable String header) {
    return header != null && valid(header) ? new TraceContext(header) : fresh();
  }

  /** The trace's id, 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  /** A new trace, for what nobody asked for. */
  public static TraceContext fresh() {
    var random = ThreadLocalRandom.current();
    var hex = HexFormat.of();
    // Version 00; an id of zeros would be invalid, so one bit is always set.
    return new TraceContext(
        "00-"
            + hex.toHexDigits(random.nextLong())
            + hex.toHexDigits(random.nextLong() | 1)
            + "-"
            + hex.toHexDigits(random.nextLong() | 1)
            + "-00");
  }

  private static boolean valid(String text) {
    if (text.length() != LENGTH
        || text.charAt(2) != '-'
        || text.charAt(35) != '-'
        || text.charAt(52) != '-'
        || !text.startsWith("00")) {
      return false;
    }
    return hex(text, 3, 35, true) && hex(text, 36, 52, true) && hex(text, 53, 55, false);
  }

  private static boolean hex(String text, int from, int to, boolean notZero) {
    boolean zero = true;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
      zero &= c == '0';
    }
    return !(zero && notZero);
  }
}
