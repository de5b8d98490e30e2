package io.tidegate.shop.points;

import java.time.Instant;

/**
 * One change of a balance.
 *
 * @param id rises with time
 * @param amount points; negative when they were held, taken back or repaid, 0 when held ones were
 *     used
 */
public record PointEntry(long id, long orderNumber, Kind kind, long amount, Instant at) {

  /** Why the balance changed. */
  public enum Kind {
    EARNED("earned"),
    /** An unpaid order has taken them. */
    HELD("held"),
    /** The order gave them back: it was closed or cancelled. */
    RELEASED("released"),
    /** The order was paid, and they with it. */
    USED("used"),
    /** A refund takes back what its order earned. */
    RECLAIMED("reclaimed"),
    /** That refund was refused: they come back. */
    RESTORED("restored"),
    /** A refund gives back what its order had used. */
    RETURNED("returned"),
    /** What was earned pays what could not be taken back earlier. */
    REPAID("repaid"),
    /** The customer brought them along from another shop: no order's. */
    OPENING("opening");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** As it is stored and told outside. */
    public String code() {
      return code;
    }

    static Kind of(String code) {
      for (Kind kind : values()) {
        if (kind.code.equals(code)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of points: " + code);
    }
  }
}
