package io.tidegate.harness.bench;

/** Nobody knows whether a request was done, or will be. */
final class UnknownOutcome extends BenchFailure {
  private static final long serialVersionUID = 1L;

  UnknownOutcome(String message) {
    super(message);
  }

  UnknownOutcome(String message, Throwable cause) {
    super(message, cause);
  }
}
