package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Requests for a route that only says that the server lives. */
final class StaticTraffic extends ShopTraffic {
  private static final byte[] GET = Ascii.of("GET /health/live");

  private final Customers customers;
  private int next;

  StaticTraffic(Customers customers) {
    super(List.of("static"));
    this.customers = customers;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(GET);
    customers.head(out, next++ % customers.count());
    Ascii.put(out, "\r\n");
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
