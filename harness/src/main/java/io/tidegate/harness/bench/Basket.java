package io.tidegate.harness.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What customers order: bodies of {@code POST /v1/orders} and of {@code POST /v1/quotes}, each
 * drawn anew.
 */
final class Basket {
  private static final int BODY_BYTES_MAX = 32 * 1024;
  private static final byte[] AFTER_ITEMS =
      Ascii.of(
          "],\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\",\"region\":\"330106\",\"line\":\"1 Bench Road\"}}");

  private final byte[][] skus;
  private final Skew.Draw draw;
  private final int[] picked;
  private final SplittableRandom random;
  private final ByteBuffer body = ByteBuffer.allocate(BODY_BYTES_MAX);

  Basket(List<String> skus, int lines, Skew skew, SplittableRandom random) {
    this.skus = skus.stream().map(Ascii::of).toArray(byte[][]::new);
    this.draw = skew.over(skus.size());
    this.picked = new int[lines];
    this.random = random;
  }

  /** The next body, valid until the one after. */
  ByteBuffer next() {
    body.clear();
    Ascii.put(body, "{\"items\":[");
    for (int line = 0; line < picked.length; line++) {
      picked[line] = another(draw.next(random, line), line);
      Ascii.put(body, line == 0 ? "{\"sku\":\"" : ",{\"sku\":\"");
      body.put(skus[picked[line]]);
      Ascii.put(body, "\",\"quantity\":1}");
    }
    return body.put(AFTER_ITEMS).flip();
  }

  /** The wanted SKU, or the next one that this order does not have yet. */
  private int another(int wanted, int line) {
    int sku = wanted;
    for (int i = 0; i < line; i++) {
      if (picked[i] == sku) {
        sku = (sku + 1) % skus.length;
        i = -1;
      }
    }
    return sku;
  }
}
