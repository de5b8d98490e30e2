package io.tidegate.shop.aftersales;

import java.util.Locale;

/** What is asked back. Codes are stored. */
public enum RefundKind {
  /** Pieces that have not left: the warehouse is stopped first. */
  BEFORE_SHIPPING(1),
  /** Pieces that came back, were received and accepted. */
  RETURN(2);

  private final int code;

  RefundKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static RefundKind of(int code) {
    return values()[code - 1];
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
