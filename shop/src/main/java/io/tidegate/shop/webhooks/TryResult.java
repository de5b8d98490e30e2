package io.tidegate.shop.webhooks;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of one try. */
sealed interface TryResult {

  /**
   * The receiver answered.
   *
   * @param retryAfter how long it asks to be left alone; null where it doesn't
   */
  record Answered(int status, @Nullable Duration retryAfter) implements TryResult {}

  /**
   * No answer came.
   *
   * @param why a short code, such as {@code timed_out}
   */
  record Silent(String why) implements TryResult {}

  /** It can't be sent, now or ever. */
  record Unsendable(Unsendable.Why why) implements TryResult {

    /** What is wrong with it. */
    enum Why {
      /** The body is longer than receivers take. */
      TOO_LARGE,
      /** The log has the event no longer. */
      EVENT_GONE;

      String code() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }
}
