package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What customers of an evening do: mostly they look at their orders, some place, pay or cancel.
 *
 * <p>Of a hundred requests 10 place, 8 start a payment (which the cashier then takes), 10 ask for a
 * quote, 60 look at the list or at one order, 10 at tracking, 2 cancel: one an order that is not
 * paid, one an order that was paid a moment ago, whose money they want back. That one may be on its
 * way already, which is an answer too.
 */
final class EveningTraffic extends ShopTraffic {
  static final int PLACE = 0;
  static final int PAY = 1;
  static final int LIST = 2;
  static final int DETAIL = 3;
  static final int TRACKING = 4;
  static final int CANCEL = 5;
  static final int QUOTE = 6;
  static final int CASHIER = 7;
  static final int REFUND = 8;

  /** What of a hundred requests is of which kind. */
  private static final int[] SHARES = {10, 8, 30, 30, 10, 2, 10};

  private static final int OF = 100;
  private static final int CASHIER_TARGET = 1;
  private static final int KNOWN_MAX = 4_096;

  /** Between paying and asking the money back; the callback has come by then. */
  private static final long REFUND_AFTER_NANOS = 2_000_000_000L;

  /** Who has not asked by then keeps the goods. */
  private static final long REFUND_UNTIL_NANOS = 4_000_000_000L;

  /** Its parcel is packed; or the notice of its payment is still on its way. */
  private static final Set<String> NOT_NOW = Set.of("already_shipped", "not_refundable");

  private static final byte[] REASON = Ascii.of("{\"reason\":\"changed my mind\"}");
  private static final byte[] NUMBER = Ascii.field("number");
  private static final byte[] ID = Ascii.field("id");

  private final Customers customers;
  private final Basket basket;
  private final Keys keys = Keys.fresh();
  private final SplittableRandom random;
  private final Ring unpaid = new Ring(KNOWN_MAX);
  private final Ring known = new Ring(KNOWN_MAX);
  private final Deque<Paid> paid = new ArrayDeque<>();
  private final Unpaid[] orderOf;
  private final byte[][] paymentOf;

  EveningTraffic(Customers customers, Basket basket, SplittableRandom random, int slots) {
    super(
        List.of(
            "place", "pay", "list", "detail", "tracking", "cancel", "quote", "cashier", "refund"));
    this.customers = customers;
    this.basket = basket;
    this.random = random;
    this.orderOf = new Unpaid[slots];
    this.paymentOf = new byte[slots][];
  }

  /** An order whose payment the cashier has taken. */
  private record Paid(Unpaid order, long atNanos) {}

  /** The orders that were made last; each is taken once from those that wait for payment. */
  private static final class Ring {
    private final Unpaid[] orders;
    private long added;
    private long taken;

    Ring(int size) {
      orders = new Unpaid[size];
    }

    void add(Unpaid order) {
      orders[(int) (added++ % orders.length)] = order;
      taken = Math.max(taken, added - orders.length);
    }

    boolean isEmpty() {
      return taken == added;
    }

    Unpaid take() {
      return orders[(int) (taken++ % orders.length)];
    }

    Unpaid any(SplittableRandom random) {
      return orders[(int) (random.nextLong(taken, added) % orders.length)];
    }
  }

  @Override
  public int begin(int slot) {
    int kind = drawn();
    if (kind == CANCEL && random.nextBoolean()) {
      Unpaid regretted = paidLately();
      if (regretted != null) {
        orderOf[slot] = regretted;
        return REFUND;
      }
    }
    if (kind == LIST || kind == PLACE || kind == QUOTE) {
      orderOf[slot] = new Unpaid(random.nextInt(customers.count()), new byte[0], new byte[0], 0);
      return kind;
    }
    Ring from = kind == PAY || kind == CANCEL ? unpaid : known;
    if (from.isEmpty()) {
      orderOf[slot] = new Unpaid(random.nextInt(customers.count()), new byte[0], new byte[0], 0);
      return PLACE; // There is nothing to look at yet.
    }
    orderOf[slot] = from == unpaid ? unpaid.take() : known.any(random);
    return kind;
  }

  private @Nullable Unpaid paidLately() {
    long now = System.nanoTime();
    while (!paid.isEmpty() && now - paid.getFirst().atNanos() > REFUND_UNTIL_NANOS) {
      paid.removeFirst();
    }
    return paid.isEmpty() || now - paid.getFirst().atNanos() < REFUND_AFTER_NANOS
        ? null
        : paid.removeFirst().order();
  }

  private int drawn() {
    int dice = random.nextInt(OF);
    for (int kind = 0; kind < SHARES.length; kind++) {
      dice -= SHARES[kind];
      if (dice < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("the shares are not " + OF);
  }

  @Override
  public int target(int slot, int kind) {
    return kind == CASHIER ? CASHIER_TARGET : 0;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    Unpaid order = orderOf[slot];
    switch (kind) {
      case PLACE -> {
        out.put(PlaceTraffic.POST);
        customers.head(out, order.customer());
        keys.put(out, keys.next());
        Customers.body(out, basket.next());
      }
      case PAY -> JourneyTraffic.pay(out, customers, order.customer(), order.order(), keys);
      case LIST -> get(out, order.customer(), new byte[0], "?limit=20");
      case DETAIL -> get(out, order.customer(), order.order(), "");
      case TRACKING -> get(out, order.customer(), order.order(), "/tracking");
      case CANCEL -> JourneyTraffic.cancel(out, customers, order.customer(), order.order());
      case QUOTE -> {
        out.put(QuoteTraffic.POST);
        customers.head(out, order.customer());
        Customers.body(out, basket.next());
      }
      case CASHIER -> JourneyTraffic.cashier(out, paymentOf[slot]);
      case REFUND -> {
        out.put(PlaceTraffic.POST);
        Ascii.put(out, "/");
        out.put(order.order());
        Ascii.put(out, "/refunds");
        customers.head(out, order.customer());
        keys.put(out, keys.next());
        Customers.body(out, REASON);
      }
      default -> throw new IllegalArgumentException("kind " + kind);
    }
  }

  private void get(ByteBuffer out, int customer, byte[] order, String rest) {
    Ascii.put(out, "GET /v1/orders");
    if (order.length > 0) {
      Ascii.put(out, "/");
      out.put(order);
    }
    Ascii.put(out, rest);
    customers.head(out, customer);
    Ascii.put(out, "\r\n");
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() >= 400) {
      return DONE;
    }
    if (kind == PLACE) {
      Unpaid placed =
          new Unpaid(orderOf[slot].customer(), Ascii.text(answer, NUMBER), new byte[0], 0);
      unpaid.add(placed);
      known.add(placed);
    } else if (kind == PAY) {
      paymentOf[slot] = Ascii.text(answer, ID);
      return JourneyTraffic.hasCashier(answer) ? CASHIER : DONE;
    } else if (kind == CASHIER) {
      paid.addLast(new Paid(orderOf[slot], System.nanoTime()));
    }
    return DONE;
  }

  long paid() {
    return answers(CASHIER).good();
  }

  /** What must be served; that a refund comes too late, or too early, is an answer. */
  Answers served() {
    Answers served = new Answers();
    for (int kind = PLACE; kind < REFUND; kind++) {
      served.add(answers(kind));
    }
    served.addBut(answers(REFUND), NOT_NOW);
    return served;
  }

  @Override
  long created() {
    return answers(PLACE).good();
  }

  @Override
  long perhapsCreated() {
    return answers(PLACE).lost() + answers(PLACE).failed();
  }
}
