package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Outcome;
import java.util.Locale;

/** What an order has taken from a red packet, and what has become of it. */
public record TakenPacket(RedPacketTake take, State state) {

  /** What has become of it. */
  public enum State {
    HELD,
    RELEASED,
    USED;

    static State of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  /** The order is not paid any more: it goes back. */
  public Outcome<TakenPacket, State> release() {
    return settle(State.RELEASED);
  }

  /** The order is paid: it is spent. */
  public Outcome<TakenPacket, State> use() {
    return settle(State.USED);
  }

  private Outcome<TakenPacket, State> settle(State wanted) {
    if (state == wanted) {
      return Outcome.alreadyApplied(this);
    }
    return state == State.HELD
        ? Outcome.applied(new TakenPacket(take, wanted))
        : Outcome.refused(state);
  }
}
