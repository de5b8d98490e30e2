package io.tidegate.server.cli;

/** A command that could not run; the message is one line for the person at the terminal. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes the line that says what is wrong and what to do about it. */
  public Failure(String message) {
    super(message);
  }

  /** The same, with what happened beneath. */
  public Failure(String message, Throwable cause) {
    super(message, cause);
  }
}
