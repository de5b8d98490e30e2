package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Customers' programs that tell what their customers did, a batch at a time. */
final class BehaviourTraffic extends ShopTraffic {
  /** Events of a batch. */
  static final int EVENTS = 50;

  private static final byte[] POST = Ascii.of("POST /v1/behaviour");
  private static final byte[] BEFORE_ID = Ascii.of("{\"batch\":\"");
  private static final int BODIES = 256;
  private static final int SPREAD_SECONDS = 3_600;
  private static final List<String> TYPES =
      List.of("searched", "viewed", "viewed", "viewed", "clicked", "clicked", "carted", "reviewed");
  private static final List<String> QUERIES =
      List.of("蓝牙耳机", "phone case", "手机 256", "充电器", "running shoes", "咖啡");

  private final Customers customers;
  private final SplittableRandom random;
  private final List<byte[]> bodies = new ArrayList<>(BODIES);
  private final ByteBuffer body = ByteBuffer.allocate(REQUEST_BYTES_MAX);

  BehaviourTraffic(Customers customers, List<String> skus, SplittableRandom random) {
    super(List.of("behaviour"));
    this.customers = customers;
    this.random = random;
    Instant now = Instant.now();
    for (int i = 0; i < BODIES; i++) {
      bodies.add(rest(skus, now));
    }
  }

  /** What follows the batch's id. */
  private byte[] rest(List<String> skus, Instant now) {
    StringBuilder json = new StringBuilder("\",\"events\":[");
    String session = "s" + HexFormat.of().toHexDigits(random.nextLong());
    for (int i = 0; i < EVENTS; i++) {
      String type = TYPES.get(random.nextInt(TYPES.size()));
      json.append(i == 0 ? "{" : ",{").append("\"type\":\"").append(type);
      json.append("\",\"happenedAt\":\"")
          .append(
              now.minusMillis(random.nextLong(SPREAD_SECONDS * 1_000L))
                  .truncatedTo(ChronoUnit.MILLIS));
      json.append("\",\"session\":\"").append(session).append("\",\"region\":\"330106\"");
      if (type.equals("searched")) {
        json.append(",\"query\":\"").append(QUERIES.get(random.nextInt(QUERIES.size())));
      } else {
        json.append(",\"sku\":\"").append(skus.get(random.nextInt(skus.size())));
      }
      json.append(type.equals("reviewed") ? "\",\"stars\":5}" : "\"}");
    }
    return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(POST);
    customers.head(out, random.nextInt(customers.count()));
    body.clear();
    body.put(BEFORE_ID);
    uuid();
    body.put(bodies.get(random.nextInt(BODIES)));
    Customers.body(out, body.flip());
  }

  /** An id that no other batch has. */
  private void uuid() {
    long high = random.nextLong();
    long low = random.nextLong();
    for (int digit = 0; digit < 32; digit++) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
        body.put((byte) '-');
      }
      long from = digit < 16 ? high : low;
      int nibble = (int) (from >>> (60 - digit % 16 * 4)) & 15;
      body.put((byte) (nibble < 10 ? '0' + nibble : 'a' + nibble - 10));
    }
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    return DONE;
  }

  /** Batches that were taken. */
  @Override
  long created() {
    return all().good();
  }

  @Override
  long perhapsCreated() {
    return all().lost() + all().failed() + all().shed();
  }
}
