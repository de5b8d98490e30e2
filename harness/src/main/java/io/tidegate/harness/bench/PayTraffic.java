package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Customers who pay orders that were placed before: a payment is started, the cashier takes it. */
final class PayTraffic extends ShopTraffic {
  static final int PAY = 0;
  static final int CASHIER = 1;

  private static final byte[] ID = Ascii.field("id");

  private final Customers customers;
  private final List<Unpaid> orders;
  private final Keys keys = Keys.fresh();
  private final Unpaid[] orderOf;
  private final byte[][] paymentOf;
  private int next;

  PayTraffic(Customers customers, List<Unpaid> orders, int slots) {
    super(List.of("pay", "cashier"));
    this.customers = customers;
    this.orders = orders;
    this.orderOf = new Unpaid[slots];
    this.paymentOf = new byte[slots][];
  }

  @Override
  public int begin(int slot) {
    orderOf[slot] = orders.get(next++);
    return PAY;
  }

  @Override
  public int target(int slot, int kind) {
    return kind;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    Unpaid order = orderOf[slot];
    if (kind == PAY) {
      JourneyTraffic.pay(out, customers, order.customer(), order.order(), keys);
    } else {
      JourneyTraffic.cashier(out, paymentOf[slot]);
    }
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (kind == PAY && answer.status() == 201) {
      paymentOf[slot] = Ascii.text(answer, ID);
      return JourneyTraffic.hasCashier(answer) ? CASHIER : DONE;
    }
    return DONE;
  }

  long paid() {
    return answers(CASHIER).good();
  }

  long perhapsPaid() {
    return answers(CASHIER).lost() + answers(CASHIER).failed();
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
