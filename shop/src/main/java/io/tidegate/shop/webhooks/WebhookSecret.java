package io.tidegate.shop.webhooks;

import io.tidegate.platform.http.SharedSecret;
import java.security.SecureRandom;
import java.util.Base64;

/** What a subscription's deliveries are signed with; shown once, and printed never. */
final class WebhookSecret {

  private static final int BYTES = 32;

  private final byte[] key;

  private WebhookSecret(byte[] key) {
    this.key = key;
  }

  static WebhookSecret random() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return new WebhookSecret(key);
  }

  static WebhookSecret of(byte[] key) {
    return new WebhookSecret(key.clone());
  }

  byte[] bytes() {
    return key.clone();
  }

  /** As the subscriber keeps it. */
  String shown() {
    return "whsec_" + Base64.getEncoder().encodeToString(key);
  }

  /** The signature of a try, as Standard Webhooks has it. */
  String sign(String webhookId, long epochSeconds, byte[] body) {
    return SharedSecret.signature(key, webhookId, epochSeconds, body);
  }

  @Override
  public String toString() {
    return "WebhookSecret";
  }
}
