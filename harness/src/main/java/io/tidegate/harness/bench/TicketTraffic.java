package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Customers who ask what became of their tickets, each once. */
final class TicketTraffic extends ShopTraffic {
  private static final byte[] GET = Ascii.of("GET /v1/flash-tickets/");
  private static final byte[] STATE = Ascii.field("state");

  private final Customers customers;
  private final List<FlashTraffic.Ticket> tickets;
  private final int[] ticketOf;
  private final List<FlashTraffic.Ticket> waiting = new ArrayList<>();
  private int next;
  private long won;

  TicketTraffic(Customers customers, List<FlashTraffic.Ticket> tickets, int slots) {
    super(List.of("ticket"));
    this.customers = customers;
    this.tickets = tickets;
    this.ticketOf = new int[slots];
  }

  long won() {
    return won;
  }

  /** Those that were told neither yet, or had no answer. */
  List<FlashTraffic.Ticket> waiting() {
    return List.copyOf(waiting);
  }

  @Override
  public int begin(int slot) {
    ticketOf[slot] = next++;
    return 0;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    FlashTraffic.Ticket ticket = tickets.get(ticketOf[slot]);
    out.put(GET);
    out.put(ticket.text());
    customers.head(out, ticket.customer());
    Ascii.put(out, "\r\n");
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    String state = new String(Ascii.text(answer, STATE), StandardCharsets.US_ASCII);
    switch (state) {
      case "won" -> won++;
      case "lost" -> {}
      default -> waiting.add(tickets.get(ticketOf[slot]));
    }
    return DONE;
  }

  @Override
  public void lost(int slot, int kind) {
    super.lost(slot, kind);
    waiting.add(tickets.get(ticketOf[slot]));
  }

  @Override
  long created() {
    return 0;
  }

  @Override
  long perhapsCreated() {
    return 0;
  }
}
