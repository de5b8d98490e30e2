package io.tidegate.shop.promotion;

/** Why a price list or promotion stays as it is. */
public enum TermsRefusal {
  /** It was edited since. */
  STALE,
  /** It holds no more, and never will again. */
  WITHDRAWN,
  /** There are as many as a shop can have. */
  TOO_MANY
}
