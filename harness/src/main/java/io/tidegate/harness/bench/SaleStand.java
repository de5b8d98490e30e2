package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where a bench's flash sales are made: by staff over HTTP, with tokens for all customers. Those of
 * a system that goes on are stopped when it is closed.
 */
final class SaleStand implements AutoCloseable {
  private static final Duration TOKENS_MAX = Duration.ofMinutes(2);
  private static final Duration SETTLE_MAX = Duration.ofSeconds(30);
  private static final Duration SETTLE_POLL = Duration.ofMillis(200);

  /** Nobody's order of a bench closes while it is looked at. */
  private static final int PAY_WINDOW_MINUTES = 60;

  /** Whoever comes later than so long after a sale's start has no leave to buy any more. */
  static final Duration TOKENS_HOLD = Duration.ofHours(1);

  /** What a sale is open for beside the loads in it, in which its tickets settle, too. */
  private static final Duration BESIDE_LOADS = Duration.ofMinutes(10);

  /** Ahead of a sale that staff start by hand; tokens are given out 10 minutes before. */
  private static final Duration BY_HAND = Duration.ofMinutes(5);

  private static final long PRICE = 990;

  private final Bench bench;
  private final List<URI> nodes;
  private final Staff staff;
  private final OpenSales sales;
  private final Customers customers;
  private final List<String> skus;
  private int made;

  /**
   * @param report is told whether the sales of a system that goes on could be stopped
   */
  SaleStand(Bench bench, SystemUnderTest system, List<URI> nodes, Report report)
      throws BenchFailure, InterruptedException {
    this.bench = bench;
    this.nodes = List.copyOf(nodes);
    this.staff = Staff.of(system);
    this.customers = bench.customers(system);
    this.skus = bench.skus(system);
    this.sales = new OpenSales(staff, !bench.ownSystem(), report);
  }

  /**
   * How long a sale is open: for a warm-up and two loads, which is the most that there is in one,
   * and not for long after them, where nobody is there to stop it.
   */
  static Duration openFor(Plan plan) {
    return plan.warmup().plus(plan.length().multipliedBy(2)).plus(BESIDE_LOADS);
  }

  /**
   * A sale of one thing.
   *
   * @param startsAt as it was planned
   * @param post the first bytes of an order's request
   * @param bodies of orders, by customer
   */
  record Sale(String id, String sku, Instant startsAt, byte[] post, byte[][] bodies) {
    ByteBuffer body(int customer) {
      return ByteBuffer.wrap(bodies[customer]);
    }

    int customers() {
      return bodies.length;
    }
  }

  /** What is sold, to whom. */
  record Offer(long pieces, int perUser) {}

  Customers customers() {
    return customers;
  }

  /** A warm sale that starts at this time, every customer's token in hand. */
  Sale startingAt(Instant startsAt, Offer offer)
      throws BenchFailure, IOException, InterruptedException {
    // From the end: what the others buy most is at the beginning.
    String sku = skus.get(skus.size() - 1 - made++ % skus.size());
    staff.post(
        "/v1/admin/skus/" + sku + "/stock-adjustments",
        "{\"delta\":" + offer.pieces() + ",\"reason\":\"a sale of the bench\"}");
    Instant endsAt = startsAt.plus(openFor(bench.plan()));
    String plan =
        "{\"title\":\"bench %d\",\"startsAt\":\"%s\",\"endsAt\":\"%s\",\"payWindowMinutes\":%d,"
                .formatted(made, startsAt, endsAt, PAY_WINDOW_MINUTES)
            + "\"items\":[{\"sku\":\"%s\",\"price\":{\"amount\":%d,\"currency\":\"CNY\"},\"allocation\":%d,\"perUser\":%d}]}"
                .formatted(sku, PRICE, offer.pieces(), offer.perUser());
    String id = sales.plan(plan, endsAt);
    staff.post("/v1/admin/flash-sales/" + id + "/warm", "{}");
    return sale(id, sku, startsAt, tokens(id));
  }

  /** A sale as its customers see it who have these tokens. */
  static Sale sale(String id, String sku, Instant startsAt, byte[][] tokens) {
    byte[][] bodies = new byte[tokens.length][];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = body(sku, tokens[i]);
    }
    byte[] post = Ascii.of("POST /v1/flash-sales/" + id + "/orders");
    return new Sale(id, sku, startsAt, post, bodies);
  }

  /** The same, open from now on. */
  Sale open(Offer offer) throws BenchFailure, IOException, InterruptedException {
    Sale sale = startingAt(Instant.now().plus(BY_HAND), offer);
    staff.post("/v1/admin/flash-sales/" + sale.id() + "/start", "{}");
    return sale;
  }

  void stop(Sale sale) throws BenchFailure, InterruptedException {
    sales.stop(sale.id());
  }

  FlashTraffic traffic(Sale sale, int slots) {
    return new FlashTraffic(sale, customers, slots, nodes.size());
  }

  private byte[][] tokens(String sale) throws BenchFailure, IOException {
    TokenTraffic traffic = new TokenTraffic(customers, sale, bench.plan().connections());
    bench.load(
        "purchase tokens for " + customers.count() + " customers",
        nodes,
        new Load.UpTo(customers.count()),
        TOKENS_MAX,
        traffic);
    if (traffic.fetched() < customers.count()) {
      throw new BenchFailure(
          "of %d customers %d have a purchase token; the others: %s"
              .formatted(customers.count(), traffic.fetched(), traffic.all().others()));
    }
    return traffic.tokens();
  }

  private static byte[] body(String sku, byte[] token) {
    byte[] before = Ascii.of("{\"sku\":\"" + sku + "\",\"quantity\":1,\"token\":\"");
    byte[] after =
        Ascii.of(
            "\",\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\",\"region\":\"330106\","
                + "\"line\":\"1 Bench Road\"}}");
    return ByteBuffer.allocate(before.length + token.length + after.length)
        .put(before)
        .put(token)
        .put(after)
        .array();
  }

  /** Asks what became of the tickets until none is waiting any more, or the time is up. */
  void settle(FlashTraffic traffic) throws IOException, InterruptedException {
    List<FlashTraffic.Ticket> waiting = traffic.tickets();
    long until = System.nanoTime() + SETTLE_MAX.toNanos();
    long won = 0;
    while (!waiting.isEmpty() && System.nanoTime() < until) {
      TicketTraffic asked = new TicketTraffic(customers, waiting, bench.plan().connections());
      bench.load(
          waiting.size() + " tickets",
          nodes.subList(0, 1),
          new Load.UpTo(waiting.size()),
          SETTLE_MAX,
          asked);
      won += asked.won();
      waiting = asked.waiting();
      if (!waiting.isEmpty()) {
        Thread.sleep(SETTLE_POLL);
      }
    }
    traffic.settled(won, waiting.size());
  }

  @Override
  public void close() {
    sales.close();
  }
}
