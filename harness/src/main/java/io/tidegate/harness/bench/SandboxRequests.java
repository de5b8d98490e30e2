package io.tidegate.harness.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The sandbox provider's notices.
 *
 * @param secret what the system shares with it
 */
record SandboxRequests(String authority, String secret) implements CallbackRequests {
  @Override
  public byte[] of(Unpaid paid, Instant now, long serial) {
    String payment = new String(paid.payment(), StandardCharsets.US_ASCII);
    String id = Long.toHexString(serial);
    byte[] body =
        Ascii.of(
            "{\"merchant\":\"tidegate-demo\",\"payment\":\""
                + payment
                + "\",\"amount\":"
                + paid.amount()
                + ",\"currency\":\"CNY\",\"type\":\"payment.captured\",\"transaction\":\"B"
                + id
                + "\",\"capturedAt\":\""
                + now
                + "\",\"notify\":\"N"
                + id
                + "\"}");
    String timestamp = Long.toString(now.getEpochSecond());
    String signature = new NoticeSignature(secret).of(timestamp, body);
    return request(
        authority,
        "sandbox",
        "Content-Type: application/json\r\nSandbox-Timestamp: "
            + timestamp
            + "\r\nSandbox-Signature: "
            + signature
            + "\r\n",
        body);
  }

  /**
   * A whole request.
   *
   * @param headers lines of the provider, each with its end
   */
  static byte[] request(String authority, String provider, String headers, byte[] body) {
    byte[] head =
        Ascii.of(
            "POST /v1/callbacks/"
                + provider
                + " HTTP/1.1\r\nHost: "
                + authority
                + "\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n");
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }
}
