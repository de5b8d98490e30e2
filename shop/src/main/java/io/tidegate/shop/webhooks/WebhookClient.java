package io.tidegate.shop.webhooks;

import io.tidegate.platform.http.OutwardAnswer;
import io.tidegate.platform.http.OutwardCalls;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Posts to receivers, whose addresses people typed in. */
final class WebhookClient implements WebhookSender {

  private static final Duration RETRY_AFTER_MIN = Duration.ofSeconds(1);

  /** More digits are no time that anybody waits. */
  private static final int SECONDS_DIGITS_MAX = 9;

  private final OutwardCalls calls;
  private final InstantSource clock;

  WebhookClient(OutwardCalls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public TryResult send(URI url, Map<String, String> headers, byte[] body) {
    return switch (calls.post(url, headers, body)) {
      case OutwardAnswer.Answered(int status, String retryAfter) ->
          new TryResult.Answered(status, wait(retryAfter, clock.instant()));
      case OutwardAnswer.Failed(var why) -> new TryResult.Silent(why.code());
    };
  }

  /** What {@code Retry-After} says: seconds, or a date; null where it says nothing. */
  static @Nullable Duration wait(String retryAfter, Instant now) {
    String text = retryAfter.strip();
    Duration wait;
    if (!text.isEmpty()
        && text.length() <= SECONDS_DIGITS_MAX
        && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      wait = Duration.ofSeconds(Long.parseLong(text));
    } else {
      try {
        Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        wait = Duration.between(now, until);
      } catch (DateTimeException _) {
        return null;
      }
    }
    return wait.compareTo(RETRY_AFTER_MIN) < 0 ? RETRY_AFTER_MIN : wait;
  }
}
