package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import io.tidegate.harness.load.Traffic;
import java.nio.ByteBuffer;
import java.util.List;

/** Requests for a route that only says that the server lives. */
final class StaticTraffic implements Traffic {
  private static final byte[] GET = Ascii.of("GET /health/live");

  private final Customers customers;
  private int next;

  StaticTraffic(Customers customers) {
    this.customers = customers;
  }

  @Override
  public List<String> kinds() {
    return List.of("static");
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(GET);
    customers.head(out, next++ % customers.count());
    Ascii.put(out, "\r\n");
  }

  @Override
  public int answered(int slot, int kind, ResponseReader answer) {
    return DONE;
  }
}
