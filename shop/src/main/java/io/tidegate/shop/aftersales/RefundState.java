package io.tidegate.shop.aftersales;

/**
 * Where a refund stands. Codes are stored.
 *
 * <pre>
 * requested -> stopping -> (awaiting_approval ->) at_provider -> money_back -> succeeded -> reversed
 *     |           |               |                   |  ^                                      |
 *     |           v               v                   v  +--------------------------------------+
 *     |        refusing <---------+-------------------+          (a new number, or by hand)
 *     |           |
 *     |           v
 *     |        refused
 *     +-> (awaiting_approval ->) at_provider: what came back needs no stop
 * </pre>
 */
public enum RefundState {
  /** Written, with the perks held. */
  REQUESTED(1, "requested"),
  /** The warehouse is being stopped. */
  STOPPING(2, "stopping_shipment"),
  /** Two people must approve it. */
  AWAITING_APPROVAL(3, "awaiting_approval"),
  /** Its money has a number; the provider's word decides. */
  AT_PROVIDER(4, "at_provider"),
  /** The money is back; what follows it is being done. Shown as succeeded only when all is done. */
  MONEY_BACK(5, "at_provider"),
  SUCCEEDED(6, "succeeded"),
  /** It won't be: what was done for it is being undone. */
  REFUSING(7, "refused"),
  REFUSED(8, "refused"),
  /** The provider took the money back after it had confirmed (M9): a person decides. */
  REVERSED(9, "reversed");

  private final int code;
  private final String wire;

  RefundState(int code, String wire) {
    this.code = code;
    this.wire = wire;
  }

  int code() {
    return code;
  }

  static RefundState of(int code) {
    return values()[code - 1];
  }

  /** Its name in JSON; the money's own state says more while it is at the provider. */
  public String wire() {
    return wire;
  }

  /**
   * Whether its pieces are taken: they are refunded, or will be unless it is refused. One that is
   * being undone still holds them in the warehouse, and the perks with them.
   */
  public boolean isLive() {
    return switch (this) {
      case REQUESTED,
          STOPPING,
          AWAITING_APPROVAL,
          AT_PROVIDER,
          MONEY_BACK,
          SUCCEEDED,
          REFUSING,
          REVERSED ->
          true;
      case REFUSED -> false;
    };
  }
}
