package io.tidegate.shop.notification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a message goes on after a try.
 *
 * @param nextTry how long until the next try; null when the state is final
 * @param why null when it was sent
 * @param untried whether the try that was begun came to none, and is not counted
 */
record SendOutcome(
    MessageState state, @Nullable Duration nextTry, @Nullable String why, boolean untried) {

  SendOutcome(MessageState state, @Nullable Duration nextTry, @Nullable String why) {
    this(state, nextTry, why, false);
  }

  private static final SendOutcome SENT = new SendOutcome(MessageState.SENT, null, null, false);

  /**
   * Decides.
   *
   * @param tries those begun so far, this one included
   */
  static SendOutcome of(SendResult result, int tries, SendSettings settings) {
    return switch (result) {
      case SendResult.Accepted() -> SENT;
      case SendResult.Rejected(var why) -> failed(why);
      case SendResult.NotDone(var why) -> again(MessageState.RECORDED, why, tries, settings);
      case SendResult.NotTried(var why) ->
          new SendOutcome(MessageState.RECORDED, backoff(tries, settings), why, true);
      case SendResult.Unknown(var why) -> again(MessageState.UNKNOWN, why, tries, settings);
    };
  }

  private static SendOutcome failed(String why) {
    return new SendOutcome(MessageState.FAILED, null, why, false);
  }

  private static SendOutcome again(
      MessageState state, String why, int tries, SendSettings settings) {
    return tries >= settings.triesMax()
        ? failed(why)
        : new SendOutcome(state, backoff(tries, settings), why, false);
  }

  /** Doubles with each try, up to the longest. */
  static Duration backoff(int tries, SendSettings settings) {
    Duration wait = settings.backoffFirst();
    for (int i = 1; i < tries && wait.compareTo(settings.backoffMax()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(settings.backoffMax()) < 0 ? wait : settings.backoffMax();
  }
}
