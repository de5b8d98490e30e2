package io.tidegate.shop.effects;

import java.util.Locale;
import java.util.Set;

/**
 * The seven effects of a payment, in the order in which people read them.
 *
 * <p>Two happen with the capture, in the callback's own transaction. Five follow by event, each
 * with a consumer of its own, so that none waits for another. Each names its way back, which a
 * refund takes.
 */
public enum AfterPayment {
  /** The order awaits shipment. Back: it becomes refunded, once its money is back. */
  ORDER(When.WITH_THE_CAPTURE),
  /** Locked pieces are sold. Back: they are available again, before shipping or when received. */
  STOCK(When.WITH_THE_CAPTURE),
  /** Points are earned. Back: they are reclaimed; what is spent is deducted or owed. */
  POINTS(When.BY_EVENT),
  /** A coupon is granted. Back: it is withdrawn; one that is spent is deducted or owed. */
  COUPON(When.BY_EVENT),
  /** A red packet is granted. Back: it is withdrawn; what is spent is deducted or owed. */
  RED_PACKET(When.BY_EVENT),
  /** "Paid, getting ready to ship" is recorded for sending. Back: "refunded" is sent. */
  NOTIFICATION(When.BY_EVENT),
  /** The warehouse has a task. Back: it is stopped; shipping and refunding have one winner. */
  WAREHOUSE(When.BY_EVENT);

  /** How an effect happens. */
  enum When {
    WITH_THE_CAPTURE,
    BY_EVENT
  }

  /** What a paid order brings its customer. */
  static final Set<AfterPayment> PERKS = Set.of(POINTS, COUPON, RED_PACKET);

  private final When when;

  AfterPayment(When when) {
    this.when = when;
  }

  When when() {
    return when;
  }

  /** Its name in JSON, and its consumer's name. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
