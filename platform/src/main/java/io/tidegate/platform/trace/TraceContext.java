package io.tidegate.platform.trace;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context of one request, or of what the system does by itself.
 *
 * @param traceparent what messages carry on
 */
public record TraceContext(String traceparent) {
  private static final int LENGTH = 55;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Version 00, two ids of zeros, nothing sampled. */
  private static final byte[] EMPTY =
      "00-00000000000000000000000000000000-0000000000000000-00".getBytes(StandardCharsets.US_ASCII);

  /** The client's, when it is valid (Trace Context, 3.2.2); a new one otherwise. */
  public static TraceContext of(@Nullable String header) {
    return header != null && isValid(header) ? new TraceContext(header) : fresh();
  }

  /** The trace's id, 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  /** A new trace, for what nobody asked for. */
  public static TraceContext fresh() {
    var random = ThreadLocalRandom.current();
    byte[] text = EMPTY.clone();
    // An id of zeros would be invalid, so one bit is always set.
    hex(random.nextLong(), text, 3);
    hex(random.nextLong() | 1, text, 19);
    hex(random.nextLong() | 1, text, 36);
    return new TraceContext(new String(text, StandardCharsets.ISO_8859_1));
  }

  private static void hex(long bits, byte[] text, int from) {
    for (int i = 0; i < 16; i++) {
      text[from + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
    }
  }

  /** Whether what this says is told to a collector, by whoever began the trace. */
  static boolean isSampled(String traceparent) {
    return traceparent.length() == LENGTH
        && (Character.digit(traceparent.charAt(LENGTH - 1), 16) & 1) == 1
        && isValid(traceparent);
  }

  static boolean isValid(String text) {
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
