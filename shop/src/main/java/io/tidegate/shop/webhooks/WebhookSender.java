package io.tidegate.shop.webhooks;

import java.net.URI;
import java.util.Map;

/** The way to receivers. Bounded in time by itself; tells every failure as a result. */
@FunctionalInterface
interface WebhookSender {
  TryResult send(URI url, Map<String, String> headers, byte[] body);
}
