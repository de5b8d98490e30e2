package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Customers who place an order and then pay it at the cashier, cancel it, or forget it. Slots are
 * spread over the nodes of the shop; the target after those is the cashier.
 */
final class JourneyTraffic extends ShopTraffic {
  static final int PLACE = 0;
  static final int PAY = 1;
  static final int CASHIER = 2;
  static final int CANCEL = 3;

  private static final byte[] NUMBER = Ascii.field("number");
  private static final byte[] ID = Ascii.field("id");
  private static final byte[] CASHIER_URL = Ascii.field("cashierUrl");
  private static final byte[] SANDBOX = Ascii.of("{\"provider\":\"sandbox\"}");
  private static final byte[] NOBODY = Ascii.of("{}");
  private static final Set<String> TOO_LATE = Set.of("not_cancellable");

  private final Customers customers;
  private final Basket basket;
  private final Keys keys;
  private final SplittableRandom random;
  private final int nodes;
  private final Mix mix;
  private final int[] customerOf;
  private final byte[][] orderOf;
  private final byte[][] paymentOf;

  /** What customers do after they have placed an order; the rest forget it. */
  record Mix(double paid, double cancelled) {
    static final Mix ALL_PAY = new Mix(1, 0);
  }

  JourneyTraffic(
      Customers customers, Basket basket, SplittableRandom random, int slots, int nodes, Mix mix) {
    super(List.of("place", "pay", "cashier", "cancel"));
    this.customers = customers;
    this.basket = basket;
    this.keys = Keys.fresh();
    this.random = random;
    this.nodes = nodes;
    this.mix = mix;
    this.customerOf = new int[slots];
    this.orderOf = new byte[slots][];
    this.paymentOf = new byte[slots][];
  }

  @Override
  public int begin(int slot) {
    customerOf[slot] = random.nextInt(customers.count());
    return PLACE;
  }

  @Override
  public int target(int slot, int kind) {
    return kind == CASHIER ? nodes : slot % nodes;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    switch (kind) {
      case PLACE -> {
        out.put(PlaceTraffic.POST);
        customers.head(out, customerOf[slot]);
        keys.put(out, keys.next());
        Customers.body(out, basket.next());
      }
      case PAY -> pay(out, customers, customerOf[slot], orderOf[slot], keys);
      case CASHIER -> cashier(out, paymentOf[slot]);
      case CANCEL -> cancel(out, customers, customerOf[slot], orderOf[slot]);
      default -> throw new IllegalArgumentException("kind " + kind);
    }
  }

  static void pay(ByteBuffer out, Customers customers, int customer, byte[] order, Keys keys) {
    pay(out, customers, customer, order, keys, SANDBOX);
  }

  /**
   * The same with another provider.
   *
   * @param body says which
   */
  static void pay(
      ByteBuffer out, Customers customers, int customer, byte[] order, Keys keys, byte[] body) {
    out.put(PlaceTraffic.POST);
    Ascii.put(out, "/");
    out.put(order);
    Ascii.put(out, "/payments");
    customers.head(out, customer);
    keys.put(out, keys.next());
    Customers.body(out, body);
  }

  static void cashier(ByteBuffer out, byte[] payment) {
    Ascii.put(out, "POST /cashier/");
    out.put(payment);
    Ascii.put(out, "/pay HTTP/1.1\r\nHost: cashier\r\nContent-Length: 0\r\n\r\n");
  }

  static void cancel(ByteBuffer out, Customers customers, int customer, byte[] order) {
    out.put(PlaceTraffic.POST);
    Ascii.put(out, "/");
    out.put(order);
    Ascii.put(out, "/cancel");
    customers.head(out, customer);
    Customers.body(out, NOBODY);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() >= 400) {
      return DONE;
    }
    return switch (kind) {
      case PLACE -> {
        orderOf[slot] = Ascii.text(answer, NUMBER);
        double dice = random.nextDouble();
        yield dice < mix.paid() ? PAY : dice < mix.paid() + mix.cancelled() ? CANCEL : DONE;
      }
      case PAY -> {
        paymentOf[slot] = Ascii.text(answer, ID);
        yield hasCashier(answer) ? CASHIER : DONE;
      }
      case CASHIER, CANCEL -> DONE;
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }

  /** Whether the provider knows of a payment: else nobody can pay it yet. */
  static boolean hasCashier(ResponseReader answer) {
    return Ascii.text(answer, CASHIER_URL).length > 0;
  }

  /** What must be served; that an order can no longer be cancelled is an answer. */
  Answers served() {
    Answers served = new Answers();
    for (int kind = PLACE; kind < CANCEL; kind++) {
      served.add(answers(kind));
    }
    served.addBut(answers(CANCEL), TOO_LATE);
    return served;
  }

  /** Payments that the cashier took. */
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
