package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Customers who look at the first page of their orders. */
final class QueryTraffic extends ShopTraffic {
  private static final byte[] GET = Ascii.of("GET /v1/orders?limit=20");

  private static final byte[] NUMBER = Ascii.field("number");

  private final Customers customers;
  private final SplittableRandom random;
  private long empty;

  QueryTraffic(Customers customers, SplittableRandom random) {
    super(List.of("list"));
    this.customers = customers;
    this.random = random;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(GET);
    customers.head(out, random.nextInt(customers.count()));
    Ascii.put(out, "\r\n");
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() < 400 && Ascii.text(answer, NUMBER).length == 0) {
      empty++;
    }
    return DONE;
  }

  /** Pages without an order. */
  long empty() {
    return empty;
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
