package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** The provider's notices that payments were captured, signed beforehand, each sent once. */
final class CallbackTraffic extends ShopTraffic {
  private static final int CALLBACK = 0;
  private static final byte[] SUCCESS = Ascii.of("success");

  private final byte[][] requests;
  private int next;
  private long taken;

  /**
   * Signs a notice for each payment; they are fresh for five minutes.
   *
   * @param secret what the system shares with the sandbox provider
   */
  CallbackTraffic(String authority, String secret, List<Unpaid> payments, SplittableRandom random) {
    super(List.of("callback"));
    NoticeSignature signature = new NoticeSignature(secret);
    Instant now = Instant.now();
    this.requests =
        payments.stream()
            .map(payment -> request(authority, signature, payment, now, random.nextLong()))
            .toArray(byte[][]::new);
  }

  private static byte[] request(
      String authority, NoticeSignature signature, Unpaid paid, Instant now, long serial) {
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
    byte[] head =
        Ascii.of(
            "POST /v1/callbacks/sandbox HTTP/1.1\r\nHost: "
                + authority
                + "\r\nContent-Type: application/json\r\nSandbox-Timestamp: "
                + timestamp
                + "\r\nSandbox-Signature: "
                + signature.of(timestamp, body)
                + "\r\nContent-Length: "
                + body.length
                + "\r\n\r\n");
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }

  /** As many customers as there are notices may begin. */
  int count() {
    return requests.length;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(requests[next++]);
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (answer.status() == 200
        && ByteBuffer.wrap(answer.body(), 0, answer.bodyLength())
            .equals(ByteBuffer.wrap(SUCCESS))) {
      taken++;
    }
    return DONE;
  }

  /** Notices that were answered with success. */
  long taken() {
    return taken;
  }

  /** Notices that nobody knows of whether they were taken. */
  long perhapsTaken() {
    return answers(CALLBACK).lost() + answers(CALLBACK).failed();
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
