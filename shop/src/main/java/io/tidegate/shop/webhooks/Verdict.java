package io.tidegate.shop.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery goes on after a try, and what the try says about its receiver.
 *
 * @param nextIn how long until the next try; null at its end
 * @param why null where it was delivered
 * @param status that came; null for none
 * @param receiver what becomes of the subscription
 */
record Verdict(
    Delivery.State state,
    @Nullable Duration nextIn,
    @Nullable String why,
    @Nullable Integer status,
    Receiver receiver) {

  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final int PERCENT = 100;

  /** What a try says about the receiver. */
  sealed interface Receiver {
    /** It takes what is sent. */
    record Takes() implements Receiver {}

    /** It failed. */
    record Fails() implements Receiver {}

    /** It is to be left alone for a time. */
    record Slower(Duration pause) implements Receiver {}

    /** It wants nothing any more. */
    record Leaves() implements Receiver {}

    /** Nothing: it was not asked. */
    record Unasked() implements Receiver {}
  }

  /**
   * Decides.
   *
   * @param tries those begun so far, this one included
   * @param slowSteps see {@link Subscription}
   * @param chance from 0 to 1, by which waits differ
   */
  static Verdict of(
      TryResult result, int tries, int slowSteps, double chance, WebhookSettings settings) {
    return switch (result) {
      case TryResult.Unsendable(var why) ->
          new Verdict(Delivery.State.FAILED, null, why.code(), null, new Receiver.Unasked());
      case TryResult.Silent(var why) ->
          again(why, null, tries, Duration.ZERO, chance, settings, new Receiver.Fails());
      case TryResult.Answered(int status, var retryAfter) ->
          answered(status, retryAfter, tries, slowSteps, chance, settings);
    };
  }

  private static Verdict answered(
      int status,
      @Nullable Duration retryAfter,
      int tries,
      int slowSteps,
      double chance,
      WebhookSettings settings) {
    String why = "status_" + status;
    if (status >= 200 && status < 300) {
      return new Verdict(Delivery.State.DELIVERED, null, null, status, new Receiver.Takes());
    }
    if (status == GONE) {
      return new Verdict(Delivery.State.FAILED, null, why, status, new Receiver.Leaves());
    }
    if (status == TOO_MANY_REQUESTS || status == BAD_GATEWAY || status == GATEWAY_TIMEOUT) {
      Duration wait =
          retryAfter == null
              ? doubled(settings.slowFirst(), slowSteps, settings.slowMax())
              : shorter(retryAfter, settings.retryAfterMax());
      return again(why, status, tries, wait, chance, settings, new Receiver.Slower(wait));
    }
    return again(why, status, tries, Duration.ZERO, chance, settings, new Receiver.Fails());
  }

  private static Verdict again(
      String why,
      @Nullable Integer status,
      int tries,
      Duration least,
      double chance,
      WebhookSettings settings,
      Receiver receiver) {
    if (tries > settings.waits().size()) {
      return new Verdict(Delivery.State.FAILED, null, why, status, receiver);
    }
    Duration wait = settings.waits().get(Math.max(0, tries - 1));
    long jitterNanos = (long) (wait.toNanos() * chance * settings.jitterPercent() / PERCENT);
    Duration next = wait.plusNanos(jitterNanos);
    return new Verdict(
        Delivery.State.WAITING, next.compareTo(least) < 0 ? least : next, why, status, receiver);
  }

  private static Duration doubled(Duration first, int times, Duration max) {
    Duration wait = first;
    for (int i = 0; i < times && wait.compareTo(max) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return shorter(wait, max);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
