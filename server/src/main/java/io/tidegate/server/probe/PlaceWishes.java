package io.tidegate.server.probe;

import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.server.cli.LaneProbes;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Placing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Wishes for orders as bench sends them over HTTP, each under a key of its own. */
final class PlaceWishes {
  private static final Address ADDRESS =
      new Address("Bench", "13800000000", "330106", "1 Bench Road");

  /**
   * The same as the bench's, or its raw lane would be another load than what it is held against.
   */
  private static final double ZIPF_POWER = 1.1;

  private final Placing placing;
  private final List<String> skus;
  private final LaneProbes.Orders orders;
  private final double[] upTo;
  private final String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private final AtomicLong sequence = new AtomicLong();

  PlaceWishes(Placing placing, List<String> skus, LaneProbes.Orders orders) {
    this.placing = placing;
    this.skus = skus;
    this.orders = orders;
    this.upTo = zipf(skus.size());
  }

  /** Codes of goods on sale, in the order of lists. */
  static List<String> skus(Catalog catalog, int most) {
    List<String> skus = new ArrayList<>();
    for (Catalog.Goods product : catalog.productsAfter(Long.MIN_VALUE)) {
      for (String sku : product.skus()) {
        var offer = catalog.offer(sku);
        if (offer != null && offer.active() && skus.size() < most) {
          skus.add(sku);
        }
      }
    }
    return List.copyOf(skus);
  }

  PlaceOrder next(SplittableRandom random) {
    long user = 1L + random.nextInt(orders.users());
    int[] picked = new int[orders.lines()];
    List<PlaceOrder.Line> lines = new ArrayList<>(picked.length);
    StringBuilder canonical = new StringBuilder(128);
    for (int line = 0; line < picked.length; line++) {
      picked[line] = another(picked, line, draw(random, line));
      String sku = skus.get(picked[line]);
      lines.add(new PlaceOrder.Line(sku, 1));
      canonical.append(sku).append("*1\n");
    }
    TraceContext trace = TraceContext.fresh();
    return new PlaceOrder(
        placing.nextNumber(user),
        user,
        lines,
        ADDRESS,
        null,
        hash(user + "\0POST /v1/orders\0" + run + '-' + sequence.getAndIncrement()),
        hash(canonical.toString()),
        Cause.customer(user, trace.traceId(), trace.traceparent()));
  }

  private int draw(SplittableRandom random, int line) {
    return switch (orders.skew()) {
      case UNIFORM -> random.nextInt(skus.size());
      case HOT -> line == 0 ? 0 : random.nextInt(skus.size());
      case ZIPF -> {
        int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        yield Math.min(skus.size() - 1, found < 0 ? -found - 1 : found);
      }
    };
  }

  /** The wanted SKU, or the next one that this order does not have yet. */
  private int another(int[] picked, int lines, int wanted) {
    int sku = wanted;
    for (int i = 0; i < lines; i++) {
      if (picked[i] == sku) {
        sku = (sku + 1) % skus.size();
        i = -1;
      }
    }
    return sku;
  }

  private static double[] zipf(int size) {
    double[] upTo = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += 1.0 / Math.pow(i + 1.0, ZIPF_POWER);
      upTo[i] = sum;
    }
    return upTo;
  }

  private static byte[] hash(String text) {
    return IdempotencyKey.commandHash(text.getBytes(StandardCharsets.UTF_8));
  }
}
