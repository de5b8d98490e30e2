package io.tidegate.server.archive;

import org.jspecify.annotations.Nullable;

/** A month can't leave the database now; nothing was lost, and it may be tried again. */
public final class RetireFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  RetireFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
