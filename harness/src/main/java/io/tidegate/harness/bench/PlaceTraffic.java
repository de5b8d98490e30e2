package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import io.tidegate.harness.load.Traffic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Orders of many users, each under a key of its own, and what became of them. */
final class PlaceTraffic implements Traffic {
  private static final byte[] CODE = "\"code\":\"".getBytes(StandardCharsets.US_ASCII);

  private final byte[][] heads;
  private final byte[][] skus;
  private final byte[] keyPrefix;
  private final byte[] afterItems;
  private final Skew.Draw draw;
  private final int[] picked;
  private final SplittableRandom random;
  private final ByteBuffer body = ByteBuffer.allocate(32 * 1024);
  private final byte[] digits = new byte[20];
  private final Map<String, Long> refused = new TreeMap<>();
  private long sequence;
  private long created;
  private long replayed;
  private long shed;
  private long failed;

  /**
   * What to order and for whom.
   *
   * @param run sets the keys of this load apart from those of every other
   */
  PlaceTraffic(
      String authority,
      List<String> tokens,
      List<String> skus,
      int lines,
      Skew skew,
      String run,
      long seed) {
    this.heads = tokens.stream().map(t -> head(authority, t)).toArray(byte[][]::new);
    this.skus = skus.stream().map(PlaceTraffic::ascii).toArray(byte[][]::new);
    this.keyPrefix = ascii("Idempotency-Key: \"" + run + "-");
    this.afterItems =
        ascii(
            "],\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\",\"region\":\"330106\",\"line\":\"1 Bench Road\"}}");
    this.draw = skew.over(skus.size());
    this.picked = new int[lines];
    this.random = new SplittableRandom(seed);
  }

  private static byte[] head(String authority, String token) {
    return ascii(
        "POST /v1/orders HTTP/1.1\r\nHost: "
            + authority
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\n");
  }

  @Override
  public void write(ByteBuffer out) {
    writeBody();
    out.put(heads[random.nextInt(heads.length)]);
    out.put(keyPrefix);
    number(out, sequence++);
    ascii(out, "\"\r\nContent-Length: ");
    number(out, body.position());
    ascii(out, "\r\n\r\n");
    out.put(body.flip());
  }

  private void writeBody() {
    body.clear();
    ascii(body, "{\"items\":[");
    for (int line = 0; line < picked.length; line++) {
      picked[line] = another(draw.next(random, line), line);
      ascii(body, line == 0 ? "{\"sku\":\"" : ",{\"sku\":\"");
      body.put(skus[picked[line]]);
      ascii(body, "\",\"quantity\":1}");
    }
    body.put(afterItems);
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

  @Override
  public void answered(ResponseReader answer) {
    int status = answer.status();
    if (status == 201) {
      if (answer.replayed()) {
        replayed++;
      } else {
        created++;
      }
    } else if (status == 503) {
      shed++;
    } else if (status >= 400 && status < 500) {
      refused.merge(code(answer), 1L, Long::sum);
    } else {
      failed++;
    }
  }

  /** The problem's stable code, or the status where there is none. */
  private static String code(ResponseReader answer) {
    byte[] body = answer.body();
    int end = answer.bodyLength();
    for (int at = 0; at + CODE.length < end; at++) {
      if (java.util.Arrays.equals(body, at, at + CODE.length, CODE, 0, CODE.length)) {
        int from = at + CODE.length;
        int to = from;
        while (to < end && body[to] != '"') {
          to++;
        }
        return new String(body, from, to - from, StandardCharsets.UTF_8);
      }
    }
    return Integer.toString(answer.status());
  }

  long created() {
    return created;
  }

  long replayed() {
    return replayed;
  }

  long shed() {
    return shed;
  }

  /** Answers that are a server's failure, such as a 500. */
  long failed() {
    return failed;
  }

  Map<String, Long> refused() {
    return refused;
  }

  private void number(ByteBuffer out, long value) {
    int at = digits.length;
    long left = value;
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    out.put(digits, at, digits.length - at);
  }

  private static void ascii(ByteBuffer out, String text) {
    for (int i = 0; i < text.length(); i++) {
      out.put((byte) text.charAt(i));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
