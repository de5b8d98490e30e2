package io.tidegate.server.audit;

/** The audit could not be run to its end; it says nothing about the data. */
public final class AuditFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
