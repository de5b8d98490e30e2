package io.tidegate.shop.marketing;

/** Where a coupon or red packet stands. */
public enum GrantState {
  /** It can be spent. */
  GRANTED("granted"),
  /** An unpaid order holds it. */
  HELD("held"),
  /** A coupon that a paid order has used. */
  USED("used"),
  /** A red packet that a paid order has spent. */
  SPENT("spent"),
  /** A refund of its order has taken it back; where that is refused, it is granted again. */
  RECLAIMED("reclaimed"),
  /** A coupon that came, and settled what its customer owed. */
  WITHHELD("withheld");

  private final String code;

  GrantState(String code) {
    this.code = code;
  }

  /** As it is stored and told outside. */
  public String code() {
    return code;
  }

  static GrantState of(String code) {
    for (GrantState state : values()) {
      if (state.code.equals(code)) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state of a grant: " + code);
  }
}
