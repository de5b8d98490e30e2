package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a draw does with those who come: it takes their entries, and knows what became of them. */
public interface Draws {

  /**
   * Takes an entry, or finds that its key has one.
   *
   * @param entry as for an order at once; its number is the ticket's
   * @return 202 with a ticket
   */
  Reply enter(Sale sale, FlashOrder entry);

  /** What an entry's key was answered, by one plain read; null where it has none. */
  @Nullable Reply known(Sale sale, FlashOrder entry);

  /** Whether one more entry would be turned away. */
  boolean isFull();

  /** What became of an entry; empty where the number is none's. */
  Optional<TicketState> find(Ticket ticket);
}
