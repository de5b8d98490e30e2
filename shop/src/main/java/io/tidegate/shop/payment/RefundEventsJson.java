package io.tidegate.shop.payment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import java.time.Instant;

/** What becomes of refunds, as events. */
final class RefundEventsJson {

  static final String SUCCEEDED = "refund.succeeded.v1";
  static final String FAILED = "refund.failed.v1";
  static final String REVERSED = "refund.reversed.v1";
  static final String ENDED = "refund.ended.v1";

  private RefundEventsJson() {}

  static Event event(String type, Refund refund, Instant now, String traceparent) {
    JsonWriter json = head(refund, now);
    return event(type, refund, now, traceparent, json);
  }

  /**
   * A person ended it.
   *
   * @param successor the number in its place; itself where there is none
   */
  static Event ended(
      Refund refund, Refund.End end, Refund successor, Instant now, String traceparent) {
    JsonWriter json = head(refund, now).field("how", end.how().wire());
    if (!successor.id().equals(refund.id())) {
      json.field("replacedBy", successor.id().toString());
    }
    return event(ENDED, refund, now, traceparent, json);
  }

  private static JsonWriter head(Refund refund, Instant now) {
    return new JsonWriter(256)
        .beginObject()
        .field("number", refund.id().order().toString())
        .field("refund", refund.id().toString())
        .field("provider", refund.provider())
        .field("reason", refund.reason().wire())
        .field("currency", refund.amount().currency())
        .field("amount", refund.amount().amount())
        .field("at", now);
  }

  private static Event event(
      String type, Refund refund, Instant now, String traceparent, JsonWriter json) {
    return new Event(
        type,
        refund.id().order().value(),
        refund.version(),
        now,
        traceparent,
        json.endObject().toBytes());
  }
}
