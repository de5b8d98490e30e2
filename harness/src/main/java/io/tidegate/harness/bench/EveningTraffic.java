package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What customers of an evening do: mostly they look at their orders, some place, pay or cancel.
 *
 * <p>Of a hundred requests 10 place, 8 start a payment (which the cashier then takes), 10 ask for a
 * quote, 60 look at the list or at one order, 10 at tracking, 2 cancel.
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

  /** What of a hundred requests is of which kind. */
  private static final int[] SHARES = {10, 8, 30, 30, 10, 2, 10};

  private static final int OF = 100;
  private static final int CASHIER_TARGET = 1;
  private static final int KNOWN_MAX = 4_096;
  private static final byte[] NUMBER = Ascii.field("number");
  private static final byte[] ID = Ascii.field("id");

  private final Customers customers;
  private final Basket basket;
  private final Keys keys = Keys.fresh();
  private final SplittableRandom random;
  private final Ring unpaid = new Ring(KNOWN_MAX);
  private final Ring known = new Ring(KNOWN_MAX);
  private final Unpaid[] orderOf;
  private final byte[][] paymentOf;

  EveningTraffic(Customers customers, Basket basket, SplittableRandom random, int slots) {
    super(List.of("place", "pay", "list", "detail", "tracking", "cancel", "quote", "cashier"));
    this.customers = customers;
    this.basket = basket;
    this.random = random;
    this.orderOf = new Unpaid[slots];
    this.paymentOf = new byte[slots][];
  }

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
    }
    return DONE;
  }

  long paid() {
    return answers(CASHIER).good();
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
