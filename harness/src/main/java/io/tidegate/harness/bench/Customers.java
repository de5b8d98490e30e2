package io.tidegate.harness.bench;

import java.nio.ByteBuffer;
import java.util.List;

/** Customers with their tokens, as the heads of their requests. */
final class Customers {
  private static final byte[] END = Ascii.of("\r\n\r\n");

  private final byte[][] heads;

  Customers(String authority, List<String> tokens) {
    this.heads =
        tokens.stream()
            .map(token ->
                Ascii.of(
                    " HTTP/1.1\r\nHost: "
                        + authority
                        + "\r\nAuthorization: Bearer "
                        + token
                        + "\r\n"))
            .toArray(byte[][]::new);
  }

  int count() {
    return heads.length;
  }

  /** What follows method and path, up to the customer's token. */
  void head(ByteBuffer out, int customer) {
    out.put(heads[customer]);
  }

  /** The end of a request that has no body. */
  static void end(ByteBuffer out) {
    out.put(END);
  }

  /** The body, and what tells of it. */
  static void body(ByteBuffer out, ByteBuffer body) {
    Ascii.put(out, "Content-Type: application/json\r\nContent-Length: ");
    Ascii.put(out, body.remaining());
    out.put(END);
    out.put(body);
  }

  static void body(ByteBuffer out, byte[] body) {
    body(out, ByteBuffer.wrap(body));
  }
}
