package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Customers who place an order and start to pay it: what a bench of paying begins with. */
final class UnpaidTraffic extends ShopTraffic {
  private static final int PLACE = 0;
  private static final int PAY = 1;
  private static final byte[] NUMBER = Ascii.field("number");
  private static final byte[] ID = Ascii.field("id");
  private static final byte[] AMOUNT = Ascii.of("\"amount\":{\"amount\":");

  private final Customers customers;
  private final Basket basket;
  private final Keys keys = Keys.fresh();
  private final SplittableRandom random;
  private final int[] customerOf;
  private final byte[][] orderOf;
  private final boolean startsPayment;
  private final byte[] payment;
  private final List<Unpaid> unpaid = new ArrayList<>();

  /**
   * @param startsPayment whether a payment is started too, or only an order placed
   */
  UnpaidTraffic(
      Customers customers,
      Basket basket,
      SplittableRandom random,
      int slots,
      boolean startsPayment) {
    this(customers, basket, random, slots, startsPayment, "sandbox");
  }

  /**
   * @param provider where a payment is started
   */
  UnpaidTraffic(
      Customers customers,
      Basket basket,
      SplittableRandom random,
      int slots,
      boolean startsPayment,
      String provider) {
    super(List.of("place", "pay"));
    this.customers = customers;
    this.basket = basket;
    this.random = random;
    this.customerOf = new int[slots];
    this.orderOf = new byte[slots][];
    this.startsPayment = startsPayment;
    this.payment = Ascii.of("{\"provider\":\"" + provider + "\"}");
  }

  @Override
  public int begin(int slot) {
    customerOf[slot] = random.nextInt(customers.count());
    return PLACE;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    if (kind == PAY) {
      JourneyTraffic.pay(out, customers, customerOf[slot], orderOf[slot], keys, payment);
    } else {
      out.put(PlaceTraffic.POST);
      customers.head(out, customerOf[slot]);
      keys.put(out, keys.next());
      Customers.body(out, basket.next());
    }
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() >= 400) {
      return DONE;
    }
    if (kind == PLACE) {
      orderOf[slot] = Ascii.text(answer, NUMBER);
      if (startsPayment) {
        return PAY;
      }
      unpaid.add(new Unpaid(customerOf[slot], orderOf[slot], new byte[0], 0));
    } else {
      unpaid.add(
          new Unpaid(
              customerOf[slot],
              orderOf[slot],
              Ascii.text(answer, ID),
              Ascii.number(answer, AMOUNT)));
    }
    return DONE;
  }

  List<Unpaid> unpaid() {
    return unpaid;
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
