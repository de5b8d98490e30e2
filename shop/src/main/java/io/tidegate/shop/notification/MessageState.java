package io.tidegate.shop.notification;

/**
 * Where a message stands: {@code recorded -> sending -> sent | failed | unknown | recorded}; from
 * unknown and recorded it is sent again, and from failed where staff say so.
 */
public enum MessageState {
  RECORDED("recorded"),
  /** Somebody is at it; when its lease ends without an outcome, somebody else. */
  SENDING("sending"),
  /** The provider has it. */
  SENT("sent"),
  /** The provider did not answer in time: it may have it. The same message id is sent again. */
  UNKNOWN("unknown"),
  /** Given up; a person can see why. */
  FAILED("failed");

  private final String code;

  MessageState(String code) {
    this.code = code;
  }

  /** As it is stored and told outside. */
  public String code() {
    return code;
  }

  static MessageState of(String code) {
    for (MessageState state : values()) {
      if (state.code.equals(code)) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state of a message: " + code);
  }
}
