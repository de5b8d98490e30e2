package io.tidegate.harness.bench;

/** A bench that could not run, with the one line that says why. */
public sealed class BenchFailure extends Exception permits UnknownOutcome {
  private static final long serialVersionUID = 1L;

  public BenchFailure(String message) {
    super(message);
  }

  public BenchFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
