package io.tidegate.platform.db;

import java.time.Duration;

/** Why a lane didn't run a command. Nothing was written, except where it says unknown. */
public abstract sealed class LaneRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private LaneRefusal(String message) {
    super(message, null, false, false);
  }

  /** The queue is full. */
  public static final class Full extends LaneRefusal {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    public Full(String lane, Duration retryAfter) {
      super("lane " + lane + " is full");
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** The command's deadline passed while it waited. It was not run. */
  public static final class Expired extends LaneRefusal {
    private static final long serialVersionUID = 1L;

    public Expired(String lane) {
      super("lane " + lane + " could not run the command in time");
    }
  }

  /** The lane is closed. */
  public static final class Closed extends LaneRefusal {
    private static final long serialVersionUID = 1L;

    public Closed(String lane) {
      super("lane " + lane + " is closed");
    }
  }

  /** The caller's wait ended before the answer came: it may have happened. */
  public static final class AnswerUnknown extends LaneRefusal {
    private static final long serialVersionUID = 1L;

    public AnswerUnknown(String lane) {
      super("lane " + lane + " has not answered in time; the same command again settles it");
    }
  }
}
