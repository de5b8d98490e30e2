package io.tidegate.shop.aftersales;

import java.util.Locale;
import java.util.Optional;

/**
 * How far a return is. Codes are stored.
 *
 * <pre>
 * requested -> approved -> in_transit -> received -> inspected -> done
 *     |           |  |         |  ^         |            |
 *     |           |  +---------|--+         |            |
 *     v           v            v            v            v
 *                       rejected
 * </pre>
 *
 * <p>Before the goods are here staff may end it at any step; at the inspection it is rejected when
 * nothing is accepted, and afterwards when its refund is given up.
 */
public enum ReturnState {
  /** Waits for staff to approve or reject it. */
  REQUESTED(1),
  /** The customer may send the goods. */
  APPROVED(2),
  /** Not taken back; its pieces are free for another return. */
  REJECTED(3),
  /** The customer has told the waybill. */
  IN_TRANSIT(4),
  /** The goods are in a warehouse and wait to be looked at. */
  RECEIVED(5),
  /** Some or all of it is accepted; the money is on its way. */
  INSPECTED(6),
  /** The money is back and the goods are on the shelf. */
  DONE(7);

  private final int code;

  ReturnState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static ReturnState of(int code) {
    return values()[code - 1];
  }

  public static Optional<ReturnState> ofWire(String text) {
    for (ReturnState state : values()) {
      if (state.wire().equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
