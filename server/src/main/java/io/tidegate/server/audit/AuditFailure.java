package io.tidegate.server.audit;

/**
 * The audit could not be run, or not to its end; it says nothing about the data. Its message says
 * why, or names the question that had no answer.
 */
public final class AuditFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditFailure(String message) {
    super(message);
  }

  AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
