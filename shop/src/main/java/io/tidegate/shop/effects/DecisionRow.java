package io.tidegate.shop.effects;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is on record about what an order brings.
 *
 * @param decision only where it was decided
 * @param tries how often somebody was asked
 * @param at since when it is in its state for good; null while it waits
 */
record DecisionRow(
    long order, State state, @Nullable Decision decision, int tries, @Nullable Instant at) {

  /** Whether there is anything of an effect to grant; nothing is, of what is withheld. */
  boolean brings(AfterPayment effect) {
    return decision != null
        && switch (effect) {
          case POINTS -> decision.points() > 0;
          case COUPON -> decision.coupon() != null;
          case RED_PACKET -> decision.packet() > 0;
          case ORDER, STOCK, NOTIFICATION, WAREHOUSE -> true;
        };
  }

  /** Where it stands. */
  enum State {
    /** Nobody has decided yet. */
    WAITING("waiting"),
    /** It is decided, and is being granted. */
    DECIDED("decided"),
    /** All of it has come. */
    GRANTED("granted"),
    /** A refund was first: nothing is ever granted. */
    WITHHELD("withheld");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** As it is stored. */
    String code() {
      return code;
    }

    static State of(String code) {
      for (State state : values()) {
        if (state.code.equals(code)) {
          return state;
        }
      }
      throw new IllegalArgumentException("no state of a decision: " + code);
    }
  }
}
