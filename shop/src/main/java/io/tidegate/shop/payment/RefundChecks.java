package io.tidegate.shop.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a provider is asked whether a refund that succeeded still stands (M9).
 *
 * @param after times after the success, rising
 */
public record RefundChecks(List<Duration> after) {

  public static final RefundChecks USUAL =
      new RefundChecks(List.of(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(24)));

  public RefundChecks {
    after = List.copyOf(after);
  }

  /**
   * How many of its looks are done after one now: one that comes before its time, because the
   * provider told of it, is one more than the usual ones.
   *
   * @param done how many were done before
   */
  int doneAfter(Instant since, int done, Instant now) {
    boolean early = done < after.size() && now.isBefore(since.plus(after.get(done)));
    return early ? done : done + 1;
  }

  /**
   * The next time; null when it was asked often enough.
   *
   * @param done how often it was asked
   */
  @Nullable Instant next(Instant succeededAt, int done, Instant now) {
    if (done >= after.size()) {
      return null;
    }
    Instant next = succeededAt.plus(after.get(done));
    return next.isBefore(now) ? now : next;
  }
}
