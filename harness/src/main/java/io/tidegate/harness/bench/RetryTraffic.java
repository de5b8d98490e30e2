package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Customers who try again at once, a few times, when the shop has no room for them. */
final class RetryTraffic extends ShopTraffic {
  private static final int PLACE = 0;
  private static final int TRIES_MAX = 5;

  private final Customers customers;
  private final Basket basket;
  private final Keys keys = Keys.fresh();
  private final SplittableRandom random;
  private final int[] customerOf;
  private final long[] keyOf;
  private final byte[][] bodyOf;
  private final int[] triesOf;

  RetryTraffic(Customers customers, Basket basket, SplittableRandom random, int slots) {
    super(List.of("place"));
    this.customers = customers;
    this.basket = basket;
    this.random = random;
    this.customerOf = new int[slots];
    this.keyOf = new long[slots];
    this.bodyOf = new byte[slots][];
    this.triesOf = new int[slots];
  }

  @Override
  public int begin(int slot) {
    customerOf[slot] = random.nextInt(customers.count());
    keyOf[slot] = keys.next();
    ByteBuffer body = basket.next();
    bodyOf[slot] = new byte[body.remaining()];
    body.get(bodyOf[slot]);
    triesOf[slot] = 0;
    return PLACE;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    triesOf[slot]++;
    out.put(PlaceTraffic.POST);
    customers.head(out, customerOf[slot]);
    keys.put(out, keyOf[slot]);
    Customers.body(out, bodyOf[slot]);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    return answer.status() == 503 && triesOf[slot] < TRIES_MAX ? PLACE : DONE;
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
