package io.tidegate.shop.aftersales;

/** Why pieces can't be asked back, or a decision isn't taken. */
public enum RefundRefusal {
  NOT_FOUND,
  /** The order is not paid, over, or has had too many refunds. */
  NOT_REFUNDABLE,
  /** More pieces than are left. */
  OVER_REFUND,
  /** They are packed or on their way: what comes is a return. */
  ALREADY_SHIPPED,
  KEY_REUSED,
  /** Another person must say the same. */
  SECOND_PERSON_NEEDED,
  /** It does not wait for this. */
  NOT_WAITING,
  /** Its provider doesn't say whether the money goes back: its number is not ended (M7). */
  OUTCOME_UNKNOWN,
  /** Its provider says now that the money is back. */
  ALREADY_BACK,
  /** It has changed since it was looked at. */
  VERSION_CONFLICT
}
