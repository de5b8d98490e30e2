package io.tidegate.harness.simulators;

import org.jspecify.annotations.Nullable;

/**
 * A refund in the provider's book. Its state follows from its times, so that it goes on by itself
 * and across restarts.
 *
 * @param amount minor units of the payment's currency
 * @param succeedsMillis when the money reaches the customer, epoch milliseconds
 * @param reversesMillis when the provider takes it back; {@link #NEVER} for most
 * @param refusal why no money moves; absent when it does
 */
record Refund(
    String id,
    String payment,
    long amount,
    String currency,
    long acceptedMillis,
    long succeedsMillis,
    long reversesMillis,
    @Nullable String refusal) {
  static final long NEVER = Long.MAX_VALUE;

  enum State {
    PROCESSING,
    SUCCEEDED,
    FAILED
  }

  State state(long nowMillis) {
    if (refusal != null || nowMillis >= reversesMillis) {
      return State.FAILED;
    }
    return nowMillis >= succeedsMillis ? State.SUCCEEDED : State.PROCESSING;
  }

  @Nullable String why(long nowMillis) {
    return refusal == null && nowMillis >= reversesMillis ? "reversed" : refusal;
  }

  /** The money that this refund has taken or is about to take from its payment. */
  long takes(long nowMillis) {
    return state(nowMillis) == State.FAILED ? 0 : amount;
  }

  boolean moved(long nowMillis) {
    return refusal == null && nowMillis >= succeedsMillis;
  }

  boolean sameAs(Refund other) {
    return payment.equals(other.payment)
        && amount == other.amount
        && currency.equals(other.currency);
  }
}
