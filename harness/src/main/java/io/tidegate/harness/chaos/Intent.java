package io.tidegate.harness.chaos;

import java.util.Locale;

/** Where a customer of a long run means to go with an order, and how many of a hundred do. */
enum Intent {
  /** Placed and forgotten: it closes by itself. */
  LEAVE(4),
  /** A payment is started, and nobody pays. */
  START_AND_LEAVE(3),
  CANCEL(4),
  START_AND_CANCEL(2),
  /** Both at nearly the same moment: paid, or cancelled with the money back. */
  PAY_AND_CANCEL(3),
  /** Paid about when it closes: in time, or with the money back. */
  PAY_LATE(4),
  /** Two payments, and both are paid: one goes back. */
  PAY_TWICE(3),
  KEEP(35),
  /** All of it back at once. */
  REFUND_ALL(12),
  /** Some lines and pieces back, one request after the other. */
  REFUND_PARTS(12),
  /** Twice all of it, side by side. */
  REFUND_TWICE(3),
  /** Back when it came. */
  RETURN(10),
  /** Some pieces before it leaves, others when it came. */
  REFUND_AND_RETURN(5);

  private final int share;

  Intent(int share) {
    this.share = share;
  }

  /** The one that a throw of a hundred-sided die means. */
  static Intent of(int dice) {
    int left = dice;
    for (Intent intent : values()) {
      left -= intent.share;
      if (left < 0) {
        return intent;
      }
    }
    throw new IllegalArgumentException("no side of the die: " + dice);
  }

  String words() {
    return name().toLowerCase(Locale.ROOT);
  }
}
