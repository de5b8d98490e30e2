package io.tidegate.platform.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A refusal whose JSON is written already but for {@code instance} and {@code traceId}: for those
 * that are given tens of thousands of times a second.
 */
public final class PreparedProblem {
  private static final byte[] INSTANCE = ascii("\"instance\":\"");
  private static final byte[] TRACE_ID = ascii("\"traceId\":\"");

  private final Problem problem;
  private final byte[] beforeInstance;
  private final byte[] beforeTraceId;
  private final byte[] rest;

  PreparedProblem(Problem problem) {
    this.problem = problem;
    byte[] whole = problem.reply("", "").body();
    // A quote within a text is escaped, so the first that is not belongs to the member itself.
    int instance = after(whole, INSTANCE);
    int traceId = after(whole, TRACE_ID);
    this.beforeInstance = Arrays.copyOf(whole, instance);
    this.beforeTraceId = Arrays.copyOfRange(whole, instance, traceId);
    this.rest = Arrays.copyOfRange(whole, traceId, whole.length);
  }

  private static int after(byte[] whole, byte[] wanted) {
    for (int at = 0; at + wanted.length <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at + wanted.length;
      }
    }
    throw new IllegalStateException("a problem is written without " + wanted.length + " bytes");
  }

  /** The status of the answer. */
  public int status() {
    return problem.status();
  }

  /** The stable code. */
  public String code() {
    return problem.code();
  }

  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the cheap way for ASCII
  Reply reply(String instance, String traceId) {
    if (!plain(instance)) {
      return problem.reply(instance, traceId);
    }
    int toTraceId = beforeInstance.length + instance.length() + beforeTraceId.length;
    int toRest = toTraceId + traceId.length();
    byte[] body = Arrays.copyOf(beforeInstance, toRest + rest.length);
    instance.getBytes(0, instance.length(), body, beforeInstance.length);
    System.arraycopy(
        beforeTraceId, 0, body, toTraceId - beforeTraceId.length, beforeTraceId.length);
    traceId.getBytes(0, traceId.length(), body, toTraceId);
    System.arraycopy(rest, 0, body, toRest, rest.length);
    return problem.reply(body);
  }

  /** Whether a text is the same in JSON. */
  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
