package io.tidegate.shop.aftersales;

import java.util.List;

/** Why a return is not made, or not moved on. */
public sealed interface ReturnRefusal {

  /** There is none, or it is another's. */
  record NotFound() implements ReturnRefusal {}

  /** The order's goods are not with the customer, or not any more. */
  record NotReturnable(Why why) implements ReturnRefusal {}

  /** What is in the way of a return. */
  enum Why {
    /** Nothing, or not all of it, has left yet: a refund does. */
    NOT_SHIPPED,
    /** It was never paid, or all of it is refunded. */
    NOTHING_TO_RETURN,
    /** The time within which goods are taken back is over. */
    TOO_LATE,
    /** The order has had too many returns. */
    TOO_MANY
  }

  /**
   * More pieces than the customer has of these items.
   *
   * @param items places in what was asked for, from 0
   */
  record OverRefund(List<Integer> items) implements ReturnRefusal {
    public OverRefund {
      items = List.copyOf(items);
    }
  }

  /** It is not at a step from which this is possible. */
  record NotWaiting(ReturnState state) implements ReturnRefusal {}

  /** More accepted than was sent back. */
  record NotReturned(int line) implements ReturnRefusal {}

  /** The refund that would follow is refused. */
  record NotRefundable(RefundRefusal why) implements ReturnRefusal {}

  /** The key was used for something else. */
  record KeyReused() implements ReturnRefusal {}
}
