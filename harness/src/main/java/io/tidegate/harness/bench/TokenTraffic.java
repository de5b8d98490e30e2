package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Customers who fetch their purchase tokens, each once. */
final class TokenTraffic extends ShopTraffic {
  private static final byte[] TOKEN = Ascii.field("token");
  private static final byte[] NOTHING_MORE = Ascii.of("{}");

  private final Customers customers;
  private final byte[] post;
  private final byte[][] tokens;
  private final int[] customerOf;
  private int next;
  private int fetched;

  TokenTraffic(Customers customers, String sale, int slots) {
    super(List.of("token"));
    this.customers = customers;
    this.post = Ascii.of("POST /v1/flash-sales/" + sale + "/token");
    this.tokens = new byte[customers.count()][];
    this.customerOf = new int[slots];
  }

  /** By customer; complete when {@link #fetched} says so. */
  byte[][] tokens() {
    return tokens;
  }

  int fetched() {
    return fetched;
  }

  @Override
  public int begin(int slot) {
    customerOf[slot] = next++ % customers.count();
    return 0;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(post);
    customers.head(out, customerOf[slot]);
    Customers.body(out, NOTHING_MORE);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    byte[] token = Ascii.text(answer, TOKEN);
    if (answer.status() == 200 && token.length > 0 && tokens[customerOf[slot]] == null) {
      tokens[customerOf[slot]] = token;
      fetched++;
    }
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
