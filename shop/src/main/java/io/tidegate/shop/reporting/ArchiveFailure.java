package io.tidegate.shop.reporting;

import org.jspecify.annotations.Nullable;

/** The archive could not be read or written. */
public final class ArchiveFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ArchiveFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public ArchiveFailure(String message) {
    super(message);
  }
}
