package io.tidegate.platform.http;

import java.util.Locale;

/** What is known after a call to an address that somebody named. */
public sealed interface OutwardAnswer {

  /**
   * It answered; what it said beside the status was thrown away.
   *
   * @param retryAfter the header of that name; empty where there is none
   */
  record Answered(int status, String retryAfter) implements OutwardAnswer {}

  /** No status came. */
  record Failed(Why why) implements OutwardAnswer {

    /** What came instead. */
    public enum Why {
      /** The name has an address that must not be called. */
      FORBIDDEN_ADDRESS,
      /** The name has no address. */
      NO_ADDRESS,
      /** No connection could be made. */
      NO_CONNECTION,
      /** It can't prove who it is, or speaks no TLS. */
      TLS,
      /** No answer within the time. */
      TIMED_OUT,
      /** The connection broke, or what came was no HTTP. */
      BROKEN,
      /** This program is stopping. */
      STOPPING;

      /** Its name in texts and tables. */
      public String code() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }
}
