package io.tidegate.shop.webhooks;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.LoggedEvent;

/** What is posted: an event exactly as the feed shows it, or a test that looks like one. */
final class WebhookBody {

  private static final int BYTES_GUESS = 300;

  private final CloudEventJson form;

  WebhookBody(CloudEventJson form) {
    this.form = form;
  }

  byte[] event(LoggedEvent event) {
    return form.write(event);
  }

  byte[] test(Delivery delivery) {
    String subscription = Long.toString(delivery.subscription());
    return new JsonWriter(BYTES_GUESS)
        .beginObject()
        .field("specversion", "1.0")
        .field("id", delivery.webhookId())
        .field("source", form.source())
        .field("type", delivery.type())
        .field("subject", subscription)
        .field("time", delivery.createdAt().toString())
        .field("datacontenttype", "application/json")
        .name("data")
        .beginObject()
        .field("webhook", subscription)
        .endObject()
        .endObject()
        .toBytes();
  }
}
