package io.tidegate.shop.flashsale;

import java.time.Instant;

/**
 * What a customer's device is asked to do before it gets a purchase token, so that scripts pay for
 * each account they come with.
 */
public interface Challenge {

  /** The longest answer that is looked at. */
  int ANSWER_CHARS_MAX = 128;

  /**
   * A challenge as the client gets it.
   *
   * @param kind what is to be done with it
   * @param seed what makes it this customer's, for this sale, for a while
   * @param bits how hard it is
   */
  record Asked(String kind, String seed, int bits) {}

  /** What is asked of a customer now. */
  Asked ask(long sale, long userId, int bits, Instant now);

  /** Whether this answers what was asked of the customer, not too long ago. */
  boolean isMet(long sale, long userId, int bits, String answer, Instant now);
}
