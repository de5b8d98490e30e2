package io.tidegate.shop.points;

import io.tidegate.shop.kernel.Outcome;

/** The points that an order has held, and what has become of them. */
public record HeldPoints(long orderNumber, long userId, long points, State state) {

  /** What has become of them. */
  public enum State {
    HELD,
    RELEASED,
    USED
  }

  /** The order is not paid any more: they go back. */
  public Outcome<HeldPoints, State> release() {
    return settle(State.RELEASED);
  }

  /** The order is paid: they are spent. */
  public Outcome<HeldPoints, State> use() {
    return settle(State.USED);
  }

  private Outcome<HeldPoints, State> settle(State wanted) {
    if (state == wanted) {
      return Outcome.alreadyApplied(this);
    }
    return state == State.HELD
        ? Outcome.applied(new HeldPoints(orderNumber, userId, points, wanted))
        : Outcome.refused(state);
  }
}
