package io.tidegate.platform.messaging;

import org.jspecify.annotations.Nullable;

/** Events were not acknowledged by the broker; they are in the log, and sent again. */
final class PublishException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PublishException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
