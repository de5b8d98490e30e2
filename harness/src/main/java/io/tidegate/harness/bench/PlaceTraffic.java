package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Orders of many customers, each under a key of its own. */
final class PlaceTraffic extends ShopTraffic {
  static final byte[] POST = Ascii.of("POST /v1/orders");

  private static final int PLACE = 0;

  private final Customers customers;
  private final Basket basket;
  private final Keys keys;
  private final SplittableRandom random;

  PlaceTraffic(Customers customers, Basket basket, Keys keys, SplittableRandom random) {
    super(List.of("place"));
    this.customers = customers;
    this.basket = basket;
    this.keys = keys;
    this.random = random;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(POST);
    customers.head(out, random.nextInt(customers.count()));
    keys.put(out, keys.next());
    Customers.body(out, basket.next());
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    return DONE;
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
