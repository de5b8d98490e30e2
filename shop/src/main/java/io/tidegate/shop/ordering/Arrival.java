package io.tidegate.shop.ordering;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When an order's goods came to its customer. */
final class Arrival {

  private Arrival() {}

  /**
   * When they were delivered, or left where nobody told of a delivery; empty where they have not
   * all left.
   */
  static Optional<Instant> of(List<Step> history) {
    return first(history, Status.DELIVERED).or(() -> first(history, Status.SHIPPED));
  }

  /** The first time: a refund that is taken back leads to a state again, and moves no goods. */
  private static Optional<Instant> first(List<Step> history, Status to) {
    return history.stream().filter(step -> step.to() == to).map(Step::at).findFirst();
  }
}
