package io.tidegate.shop.notification;

/** What came of one try to send. */
public sealed interface SendResult {

  /** The provider has it. */
  record Accepted() implements SendResult {}

  /**
   * It will never take it.
   *
   * @param why a short code without personal data, such as {@code status_400}
   */
  record Rejected(String why) implements SendResult {}

  /**
   * It has not taken it, but may later.
   *
   * @param why as above, such as {@code status_503}
   */
  record NotDone(String why) implements SendResult {}

  /**
   * Nobody even asked it: that is no try of the message.
   *
   * @param why as above, such as {@code circuit_open}
   */
  record NotTried(String why) implements SendResult {}

  /** Nobody knows: it did not answer in time, or the connection broke. */
  record Unknown(String why) implements SendResult {}
}
