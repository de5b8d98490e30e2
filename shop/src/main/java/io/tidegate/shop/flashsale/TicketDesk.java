package io.tidegate.shop.flashsale;

import io.tidegate.shop.kernel.OrderNumber;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells what became of tickets, whichever node handed them out. */
final class TicketDesk {

  /**
   * An order that was decided at the last moment is committed within this: a statement takes 30 s
   * at most. Only then another node says that a ticket is lost.
   */
  static final Duration COMMITTED_WITHIN = Duration.ofSeconds(40);

  private static final TicketState LOST = new TicketState.Lost();

  private final FlashLine line;
  private final GrantStore grants;
  private final KnownKeys keys;
  private final @Nullable Draws draws;
  private final InstantSource clock;

  TicketDesk(
      FlashLine line,
      GrantStore grants,
      KnownKeys keys,
      @Nullable Draws draws,
      InstantSource clock) {
    this.line = line;
    this.grants = grants;
    this.keys = keys;
    this.draws = draws;
    this.clock = clock;
  }

  TicketState find(Ticket ticket) {
    FlashLine.Place place = line.find(ticket.order());
    if (place != null) {
      return new TicketState.Waiting(place.shown());
    }
    // First its key: the same request sent again may have an order under another number.
    OrderNumber answer = answer(ticket.wish());
    if (answer != null) {
      return new TicketState.Won(answer);
    }
    if (line.isLost(ticket.order())) {
      return LOST;
    }
    if (grants.find(ticket.order()).isPresent()) {
      return new TicketState.Won(ticket.order());
    }
    Optional<TicketState> drawn = draws == null ? Optional.empty() : draws.find(ticket);
    if (drawn.isPresent()) {
      return drawn.get();
    }
    return clock.instant().isAfter(ticket.until().plus(COMMITTED_WITHIN))
        ? LOST
        : new TicketState.Waiting(null);
  }

  private @Nullable OrderNumber answer(Ticket.Wish wish) {
    if (wish.equals(Ticket.Wish.NONE)) {
      return null;
    }
    return keys.find(wish.key())
        .filter(entry -> entry.reference() > 0 && wish.isSame(entry.commandHash()))
        .map(entry -> new OrderNumber(entry.reference()))
        .orElse(null);
  }
}
