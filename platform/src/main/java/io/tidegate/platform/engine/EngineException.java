package io.tidegate.platform.engine;

/**
 * An engine that could not be started or stopped; the message is one line for the person at the
 * terminal.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes the line that says what is wrong and what to do about it. */
  public EngineException(String message) {
    super(message);
  }

  /** The same, with what the operating system said. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
