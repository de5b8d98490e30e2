package io.tidegate.shop.ordering;

/**
 * Who makes a change and in which trace.
 *
 * @param actor as in {@link Step}
 * @param traceparent the W3C header that the change's events carry on
 */
public record Cause(String actor, String traceId, String traceparent) {

  public static Cause customer(long userId, String traceId, String traceparent) {
    return new Cause("customer:" + userId, traceId, traceparent);
  }

  public static Cause provider(String name, String traceId, String traceparent) {
    return new Cause("provider:" + name, traceId, traceparent);
  }

  /**
   * A member of the staff.
   *
   * @param subject of the token
   */
  public static Cause staff(String subject, String traceId, String traceparent) {
    return new Cause("staff:" + subject, traceId, traceparent);
  }

  /** An answer of a provider that we asked. */
  public static Cause asked(String provider, String traceparent) {
    return new Cause("provider:" + provider, traceId(traceparent), traceparent);
  }

  /** Something the system does by itself, carrying on a trace. */
  public static Cause system(String traceparent) {
    return new Cause("system", traceId(traceparent), traceparent);
  }

  /** The second field of {@code version-traceid-parentid-flags}. */
  private static String traceId(String traceparent) {
    return traceparent.length() >= 35 ? traceparent.substring(3, 35) : "";
  }
}
