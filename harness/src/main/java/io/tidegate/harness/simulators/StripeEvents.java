package io.tidegate.harness.simulators;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Simulated Stripe's events: JSON, each try signed anew with HMAC-SHA256. */
final class StripeEvents implements Notices {
  private final String secret;
  private final InstantSource clock;

  /**
   * @param shared what the merchant knows too
   */
  StripeEvents(String shared, InstantSource clock) {
    this.secret = "whsec_" + shared;
    this.clock = clock;
  }

  private record Style(StripeEvents events, String secret) implements NoticeStyle {
    @Override
    public String headers(byte[] body) {
      String time = Long.toString(events.clock.instant().getEpochSecond());
      return "Content-Type: application/json; charset=utf-8\r\nStripe-Signature: t="
          + time
          + ",v1="
          + hmac(secret, time + "." + new String(body, StandardCharsets.UTF_8))
          + "\r\n";
    }

    @Override
    public boolean acknowledges(int status, ByteBuffer answer) {
      return status >= 200 && status < 300;
    }
  }

  static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public @Nullable Notice of(Payment payment, boolean wrongAmount, boolean forged) {
    ObjectNode session = session(payment, payment.amount() + (wrongAmount ? 1 : 0));
    String type =
        switch (payment.fate()) {
          case Payment.Captured _ -> "checkout.session.completed";
          case Payment.Closed _ -> "checkout.session.expired";
          case Payment.Pending _ -> throw new IllegalArgumentException("nothing to tell");
        };
    return event(payment.notifyUrl(), type, payment.id(), session, forged);
  }

  /** Tells what became of a refund. */
  Notice ofRefund(Payment payment, String type, ObjectNode refund) {
    return event(payment.notifyUrl(), type, payment.id(), refund, false);
  }

  private Notice event(String url, String type, String about, ObjectNode object, boolean forged) {
    long now = clock.millis();
    String id = "evt_" + Long.toHexString(now) + about;
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("object", "event")
            .put("type", type)
            .put("livemode", false)
            .put("created", now / 1_000);
    json.putObject("data").set("object", object);
    return new Notice(
        id,
        URI.create(url),
        Json.bytes(json),
        new Style(this, forged ? secret + "forged" : secret),
        new CountDownLatch(1));
  }

  static ObjectNode session(Payment payment, long amount) {
    ObjectNode json =
        Json.object()
            .put("id", "cs_test_" + payment.id())
            .put("object", "checkout.session")
            .put("client_reference_id", payment.id())
            .put("amount_total", amount)
            .put("currency", payment.currency().toLowerCase(Locale.ROOT));
    json.putObject("metadata").put("payment", payment.id());
    return switch (payment.fate()) {
      case Payment.Pending _ -> json.put("status", "open").put("payment_status", "unpaid");
      case Payment.Closed _ -> json.put("status", "expired").put("payment_status", "unpaid");
      case Payment.Captured _ -> {
        json.putObject("customer_details").put("email", "someone@example.com");
        yield json.put("status", "complete")
            .put("payment_status", "paid")
            .put("payment_intent", intentId(payment));
      }
    };
  }

  static String intentId(Payment payment) {
    return "pi_" + payment.id();
  }

  @Override
  public String transaction(Payment payment, Payment.Captured captured) {
    return intentId(payment);
  }
}
