package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Customers, one after the other, who put some goods into their carts. */
final class CartTraffic extends ShopTraffic {
  private static final byte[] PUT = Ascii.of("PUT /v1/cart/items/");
  private static final byte[] ONE = Ascii.of("{\"quantity\":1,\"selected\":true}");

  private final Customers customers;
  private final List<String> skus;
  private final int lines;
  private int next;

  CartTraffic(Customers customers, List<String> skus, int lines) {
    super(List.of("put into a cart"));
    this.customers = customers;
    this.skus = skus;
    this.lines = lines;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    int put = next++;
    out.put(PUT);
    // Each customer's goods lie side by side, so none comes twice.
    Ascii.put(out, skus.get(put % skus.size()));
    customers.head(out, put / lines);
    Customers.body(out, ONE);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    return DONE;
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
