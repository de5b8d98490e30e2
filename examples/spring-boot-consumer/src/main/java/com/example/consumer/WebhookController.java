package com.example.consumer;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the shop posts its events (Standard Webhooks). Any 2xx says "never again"; everything else
 * is tried again, so nothing is answered before it is committed.
 */
@RestController
class WebhookController {

  private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

  /** The shop's deliveries are below 20 kB; whoever sends more is not the shop. */
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private static final List<String> SIGNED =
      List.of("webhook-id", "webhook-timestamp", "webhook-signature");

  private final PaidOrders orders;
  private final JsonMapper json;
  private final String secret;

  WebhookController(PaidOrders orders, JsonMapper json, ShopSettings settings) {
    this.orders = orders;
    this.json = json;
    this.secret = settings.webhookSecret();
  }

  /**
   * Takes one delivery. It is signed over the bytes as they were sent (another form of the same
   * JSON has another signature), so they are read before the sender is known: no more of them than
   * a delivery has.
   */
  @PostMapping("/in")
  ResponseEntity<Void> take(HttpServletRequest request, @RequestHeader HttpHeaders headers)
      throws IOException {
    if (request.getContentLengthLong() > BODY_BYTES_MAX) {
      return ResponseEntity.status(413).build();
    }
    byte[] body = request.getInputStream().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) { // it told no length
      return ResponseEntity.status(413).build();
    }
    if (!isSigned(body, headers)) {
      return ResponseEntity.status(401).build();
    }
    JsonNode event = json.readTree(body);
    PaidOrders.Heard heard =
        orders.hear(
            new ShopEvent(
                event.required("source").asString(),
                event.required("id").asString(),
                event.required("type").asString(),
                event.required("data")));
    log.info("webhook {}: {}", headers.getFirst("webhook-id"), heard);
    return ResponseEntity.noContent().build();
  }

  /** Whether we know the sender, and the delivery is of these minutes. */
  private boolean isSigned(byte[] body, HttpHeaders headers) {
    Map<String, List<String>> signed = new HashMap<>();
    for (String name : SIGNED) {
      signed.put(name, List.of(Objects.requireNonNullElse(headers.getFirst(name), "")));
    }
    try {
      new Webhook(secret).verify(new String(body, StandardCharsets.UTF_8), signed);
      return true;
    } catch (WebhookVerificationException | EmptyWebhookSecretException e) {
      log.warn("a webhook is refused: {}", e.getMessage());
      return false;
    }
  }
}
