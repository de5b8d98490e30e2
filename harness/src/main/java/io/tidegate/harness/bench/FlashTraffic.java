package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Customers who want a piece of a sale, one after the other and over and over, each time under a
 * new key. Who gets a ticket goes away with it.
 */
final class FlashTraffic extends ShopTraffic {
  static final String ORDER = "order";

  /** What a sale may say to who comes too early, too late or too often, beside 503. */
  static final Set<String> REFUSALS =
      Set.of("not_started", "sold_out", "ended", "limit_reached", Answers.RATE_LIMITED);

  private static final byte[] NUMBER = Ascii.field("number");
  private static final byte[] TICKET = Ascii.field("ticket");
  private static final int CREATED = 201;
  private static final int ACCEPTED = 202;

  private final SaleStand.Sale sale;
  private final Customers customers;
  private final Keys keys = Keys.fresh();
  private final int nodes;
  private final int[] customerOf;
  private final List<Ticket> tickets = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private int next;
  private long placed;
  private long lastPlacedNanos = System.nanoTime();
  private long won;
  private long unsettled;

  /** A place in the waiting line, and whose it is. */
  record Ticket(int customer, byte[] text) {}

  /**
   * @param nodes over which customers are dealt
   */
  FlashTraffic(SaleStand.Sale sale, Customers customers, int slots, int nodes) {
    super(List.of(ORDER));
    this.sale = sale;
    this.customers = customers;
    this.customerOf = new int[slots];
    this.nodes = nodes;
  }

  @Override
  public int begin(int slot) {
    begun.countDown();
    customerOf[slot] = next++ % customers.count();
    return 0;
  }

  @Override
  public int target(int slot, int kind) {
    return slot % nodes;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(sale.post());
    customers.head(out, customerOf[slot]);
    keys.put(out, keys.next());
    Customers.body(out, sale.body(customerOf[slot]));
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    switch (answer.status()) {
      case CREATED -> {
        if (Ascii.text(answer, NUMBER).length > 0) {
          placed++;
          lastPlacedNanos = System.nanoTime();
        }
      }
      case ACCEPTED -> tickets.add(new Ticket(customerOf[slot], Ascii.text(answer, TICKET)));
      default -> {} // Counted by its code.
    }
    return DONE;
  }

  /** Waits until the first customer asks: the load's connections are there. */
  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  /** When the last 201 came, by {@link System#nanoTime}. */
  long lastPlacedNanos() {
    return lastPlacedNanos;
  }

  List<Ticket> tickets() {
    return List.copyOf(tickets);
  }

  /** What became of the tickets. */
  void settled(long tickets, long stillWaiting) {
    won += tickets;
    unsettled += stillWaiting;
  }

  @Override
  long created() {
    return placed + won;
  }

  @Override
  long perhapsCreated() {
    return all().lost() + all().failed() + unsettled;
  }
}
