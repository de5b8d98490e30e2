package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import java.time.Instant;

/** What happened to customers' refunds, as events. A published field never changes or goes. */
final class CaseEventsJson {

  private CaseEventsJson() {}

  static Event requested(RefundCase asked) {
    Instant at = asked.progress().createdAt();
    JsonWriter json = head(asked, at); // what customers write stays here: it may be personal
    json.name("items").beginArray();
    for (RefundLine line : asked.lines()) {
      json.beginObject()
          .field("line", line.line())
          .field("quantity", line.quantity())
          .field("amount", line.amount())
          .endObject();
    }
    return event("refund.requested.v1", asked, at, json.endArray());
  }

  static Event approvalNeeded(RefundCase asked, Instant at) {
    return event("refund.approval_needed.v1", asked, at, head(asked, at));
  }

  static Event refused(RefundCase asked, Instant at) {
    JsonWriter json = head(asked, at).fieldIfPresent("why", asked.refusal());
    return event("refund.refused.v1", asked, at, json);
  }

  private static JsonWriter head(RefundCase asked, Instant at) {
    return new JsonWriter(320)
        .beginObject()
        .field("number", asked.id().order().toString())
        .field("refund", asked.id().toString())
        .field("user", Long.toString(asked.userId()))
        .field("kind", asked.kind().wire())
        .field("state", asked.state().wire())
        .field("currency", asked.amount().currency())
        .field("amount", asked.amount().amount())
        .field("deducted", asked.deducted())
        .field("at", at);
  }

  private static Event event(String type, RefundCase asked, Instant at, JsonWriter json) {
    return new Event(
        type,
        asked.id().order().value(),
        asked.version(),
        at,
        asked.traceparent(),
        json.endObject().toBytes());
  }
}
