package io.tidegate.shop.webhooks;

import io.tidegate.platform.http.JsonWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Subscriptions, deliveries and replays as the API shows them. */
final class WebhookJson {

  private WebhookJson() {}

  /** What every list shows of one. */
  static void subscription(JsonWriter json, Subscription one) {
    subscription(json, one, Optional.empty(), null);
  }

  /**
   * A whole one.
   *
   * @param replay the last that was wished
   * @param secret shown where it was just made; else null
   */
  static void subscription(
      JsonWriter json, Subscription one, Optional<RangeReplay> replay, @Nullable String secret) {
    json.beginObject()
        .field("id", Long.toString(one.id()))
        .field("url", one.url())
        .name("types")
        .beginArray();
    one.types().forEach(json::value);
    json.endArray();
    if (!one.description().isEmpty()) {
      json.field("description", one.description());
    }
    Subscription.Why why = one.why();
    json.field("enabled", one.state() == Subscription.State.ACTIVE)
        .field("state", one.state().code())
        .fieldIfPresent("disabledBecause", why == null ? null : why.code())
        .fieldIfPresent("secret", secret)
        .fieldIfPresent("oldSecretUntil", one.oldSecretUntil())
        .fieldIfPresent("failingSince", one.failingSince())
        .fieldIfPresent("slowUntil", one.slowUntil());
    replay.ifPresent(last -> {
      json.name("replay");
      replay(json, last);
    });
    json.field("by", one.by())
        .field("createdAt", one.createdAt())
        .field("changedAt", one.changedAt())
        .endObject();
  }

  static void delivery(JsonWriter json, Delivery one) {
    Long position = one.position();
    Integer status = one.status();
    json.beginObject()
        .field("id", Long.toString(one.id()))
        .field("webhookId", one.webhookId())
        .fieldIfPresent("event", position == null ? null : Long.toString(position))
        .field("type", one.type())
        .field("state", one.state().code())
        .field("tries", one.tries());
    if (one.state() == Delivery.State.WAITING) {
      json.fieldIfPresent("nextTryAt", one.nextTryAt());
    }
    json.fieldIfPresent("why", one.why());
    if (status != null) {
      json.field("status", status);
    }
    json.field("createdAt", one.createdAt())
        .fieldIfPresent("triedAt", one.triedAt())
        .fieldIfPresent("endedAt", one.endedAt())
        .endObject();
  }

  static void replay(JsonWriter json, RangeReplay one) {
    json.beginObject()
        .field("id", Long.toString(one.id()))
        .field("from", one.from())
        .field("to", one.to())
        .field("deliveredToo", one.deliveredToo())
        .field("state", one.state().code())
        .fieldIfPresent("why", one.why())
        .field("read", one.read())
        .field("sent", one.sent())
        .fieldIfPresent("reachedAt", one.reachedAt())
        .field("by", one.by())
        .field("createdAt", one.createdAt())
        .endObject();
  }
}
