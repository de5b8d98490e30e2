package io.tidegate.harness.chaos;

/** A run that could not be made, with the one line that says why. */
final class ChaosFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ChaosFailure(String message) {
    super(message);
  }

  ChaosFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
