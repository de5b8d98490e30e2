package io.tidegate.harness.simulators;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.node.ObjectNode;

/** The sandbox provider's notices: JSON with an HMAC of each try. */
final class SandboxNotices implements Notices {
  private static final ByteBuffer SUCCESS =
      ByteBuffer.wrap("success".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  private final NoticeStyle signed;
  private final NoticeStyle forged;

  SandboxNotices(String secret) {
    this.signed = new Style(new SandboxSignature(secret));
    this.forged = new Style(new SandboxSignature(secret + " forged"));
  }

  private record Style(SandboxSignature signature) implements NoticeStyle {
    @Override
    public String headers(byte[] body) {
      String timestamp = Long.toString(Instant.now().getEpochSecond());
      return "Content-Type: application/json\r\nSandbox-Timestamp: "
          + timestamp
          + "\r\nSandbox-Signature: "
          + signature.ofNotice(timestamp, body)
          + "\r\n";
    }

    @Override
    public boolean acknowledges(int status, ByteBuffer answer) {
      return status == 200 && answer.equals(SUCCESS);
    }
  }

  @Override
  public Notice of(Payment payment, boolean wrongAmount, boolean isForged) {
    ObjectNode json =
        Json.object()
            .put("merchant", SandboxRoutes.MERCHANT)
            .put("payment", payment.id())
            .put("amount", payment.amount() + (wrongAmount ? 1 : 0))
            .put("currency", payment.currency());
    String id =
        switch (payment.fate()) {
          case Payment.Captured(long serial, long at) -> {
            json.put("type", "payment.captured")
                .put("transaction", new Payment.Captured(serial, at).transaction())
                .put("capturedAt", Instant.ofEpochMilli(at).toString());
            yield "N" + serial;
          }
          case Payment.Closed(long at) -> {
            json.put("type", "payment.failed").put("failedAt", Instant.ofEpochMilli(at).toString());
            yield "F" + payment.id();
          }
          case Payment.Pending _ -> throw new IllegalArgumentException("nothing to tell");
        };
    json.put("notify", id);
    return new Notice(
        id,
        URI.create(payment.notifyUrl()),
        Json.bytes(json),
        isForged ? forged : signed,
        new CountDownLatch(1));
  }

  @Override
  public String transaction(Payment payment, Payment.Captured captured) {
    return captured.transaction();
  }
}
