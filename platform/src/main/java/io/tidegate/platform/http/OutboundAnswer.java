package io.tidegate.platform.http;

import java.util.Map;

/** What is known after a call to a third party. */
public sealed interface OutboundAnswer {

  /**
   * The provider answered, whatever it said.
   *
   * @param headers by lower-case name, the first value of each
   */
  record Answered(int status, byte[] body, Map<String, String> headers) implements OutboundAnswer {

    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /** Nothing left this program: certainly not done. */
  record NotSent(NotSent.Why why) implements OutboundAnswer {

    /** What kept it. */
    public enum Why {
      /** As many calls as are allowed are under way. */
      BUSY,
      /** The provider failed too often just now. */
      CIRCUIT_OPEN,
      /** No connection could be made. */
      NO_CONNECTION,
      /** This program is stopping. */
      STOPPING
    }
  }

  /** It left, and no whole answer came back: it may have been done. Ask, with the same number. */
  record Unknown(Unknown.Why why) implements OutboundAnswer {

    /** What happened instead of an answer. */
    public enum Why {
      /** No whole answer within the time of a try. */
      TIMED_OUT,
      /** The connection broke, or what came was no HTTP. */
      BROKEN,
      /** The answer was longer than is read. */
      TOO_LONG,
      /** This program is stopping. */
      INTERRUPTED
    }
  }
}
