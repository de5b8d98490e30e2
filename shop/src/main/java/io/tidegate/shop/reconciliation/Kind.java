package io.tidegate.shop.reconciliation;

import java.util.Locale;

/** How a statement and our book differ. Codes are stored. */
public enum Kind {
  /** We have a payment, or a refund that was taken back, and they have not. */
  OURS_ONLY(1),
  /** They have it and we have not. */
  THEIRS_ONLY(2),
  /** Both have it, with different amounts or currencies. */
  AMOUNT(3),
  /** It moved there, and by our book it has not. */
  STATE(4),
  /** A refund that succeeded by our book and is not in their statement. */
  MISSING_REFUND(5),
  /** Both have it, on different days; or it may be on the neighbour day, which isn't here yet. */
  OTHER_DAY(6);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Kind of(int code) {
    return values()[code - 1];
  }
}
