package io.tidegate.server.audit;

/**
 * The audit could not be run to its end; it says nothing about the data. Its message names the
 * question that had no answer.
 */
public final class AuditFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
