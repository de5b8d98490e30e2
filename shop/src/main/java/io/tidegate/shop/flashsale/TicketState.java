package io.tidegate.shop.flashsale;

import io.tidegate.shop.kernel.OrderNumber;
import org.jspecify.annotations.Nullable;

/** What became of a ticket. */
public sealed interface TicketState {

  /**
   * It is not decided.
   *
   * @param place where it stands; null where this node can't tell
   */
  record Waiting(@Nullable Place place) implements TicketState {}

  /** Its order is placed, whatever it has become since. */
  record Won(OrderNumber order) implements TicketState {}

  /** No order is made of it. */
  record Lost() implements TicketState {}

  /**
   * A place in this node's line.
   *
   * @param position 1 for who is next
   * @param etaSeconds until it is decided, at the pace of the last second; at least 1; null while
   *     nobody knows how fast it goes
   */
  record Place(long position, @Nullable Long etaSeconds) {

    /** What a client is asked to wait before it asks again. */
    long retryAfterSeconds() {
      return etaSeconds == null ? 1 : etaSeconds;
    }
  }
}
