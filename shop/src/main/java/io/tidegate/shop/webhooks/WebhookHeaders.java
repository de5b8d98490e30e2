package io.tidegate.shop.webhooks;

import java.util.Map;

/** The headers of a try, as Standard Webhooks has them. */
final class WebhookHeaders {

  private WebhookHeaders() {}

  static Map<String, String> of(
      String webhookId, long epochSeconds, byte[] body, WebhookStore.Secrets secrets) {
    String signature = secrets.now().sign(webhookId, epochSeconds, body);
    WebhookSecret old = secrets.old();
    return Map.of(
        "Content-Type",
        "application/json",
        "User-Agent",
        "Tidegate-Webhooks/1",
        "webhook-id",
        webhookId,
        "webhook-timestamp",
        Long.toString(epochSeconds),
        "webhook-signature",
        old == null ? signature : signature + " " + old.sign(webhookId, epochSeconds, body));
  }
}
