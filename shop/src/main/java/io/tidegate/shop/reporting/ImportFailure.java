package io.tidegate.shop.reporting;

import org.jspecify.annotations.Nullable;

/** Files that can't be taken at all, in words for a person. */
public final class ImportFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ImportFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
