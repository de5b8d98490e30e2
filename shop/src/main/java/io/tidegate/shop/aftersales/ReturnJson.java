package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.kernel.WordsMark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Returns as the API and events show them. */
final class ReturnJson {

  private ReturnJson() {}

  /** As its customer sees it. */
  static void write(JsonWriter json, ReturnCase returned) {
    json.beginObject();
    members(json, returned);
    json.endObject();
  }

  /** As staff see it: whose it is, what the inspection noted, and who did what. */
  static void writeForStaff(JsonWriter json, ReturnCase returned) {
    json.beginObject();
    members(json, returned);
    json.field("customer", Long.toString(returned.userId()))
        .fieldIfPresent("note", returned.note())
        .name("history")
        .beginArray();
    for (ReturnStep step : returned.history()) {
      json.beginObject()
          .field("version", step.version())
          .field("at", step.at())
          .field("to", step.to().wire())
          .field("actor", step.actor())
          .endObject();
    }
    json.endArray().endObject();
  }

  /** For a place that can't forget: with marks instead of what its customer wrote and showed. */
  static void writeMarked(JsonWriter json, ReturnCase returned) {
    json.beginObject();
    members(
        json,
        returned,
        WordsMark.REASON + returned.id(),
        List.of(WordsMark.PICTURES + returned.id()));
    json.endObject();
  }

  private static void members(JsonWriter json, ReturnCase returned) {
    members(json, returned, returned.reason(), returned.pictures());
  }

  private static void members(
      JsonWriter json, ReturnCase returned, String reason, List<String> pictures) {
    json.field("id", returned.id().toString())
        .field("order", returned.id().order().toString())
        .field("state", returned.state().wire())
        .field("version", returned.version());
    lines(json, "lines", returned.lines());
    if (!returned.accepted().isEmpty()) {
      lines(json, "accepted", returned.accepted());
    }
    json.field("reason", reason).name("pictures").beginArray();
    pictures.forEach(json::value);
    json.endArray()
        .fieldIfPresent("why", returned.why())
        .fieldIfPresent("courier", returned.courier())
        .fieldIfPresent("waybill", returned.waybill())
        .fieldIfPresent("warehouse", returned.warehouse())
        .fieldIfPresent("refund", refund(returned))
        .field("createdAt", returned.createdAt());
  }

  /**
   * The fact of its last step. Without reason, pictures, waybill and notes, which are people's
   * words: a log that only grows can't forget.
   */
  static Event event(ReturnCase returned, String traceparent) {
    ReturnStep step = returned.history().getLast();
    JsonWriter json =
        new JsonWriter(256)
            .beginObject()
            .field("number", returned.id().order().toString())
            .field("return", returned.id().toString())
            .field("user", Long.toString(returned.userId()))
            .field("version", returned.version());
    lines(json, "lines", returned.lines());
    if (!returned.accepted().isEmpty()) {
      lines(json, "accepted", returned.accepted());
    }
    json.fieldIfPresent("warehouse", returned.warehouse())
        .fieldIfPresent("refund", refund(returned))
        .field("at", step.at())
        .endObject();
    return new Event(
        "return." + step.to().wire() + ".v1",
        returned.id().order().value(),
        returned.version(),
        step.at(),
        traceparent,
        json.toBytes());
  }

  /** The id of its refund. */
  static @Nullable String refund(ReturnCase returned) {
    Integer seq = returned.refund();
    return seq == null ? null : returned.id().order() + "a" + seq;
  }

  static void lines(JsonWriter json, String name, List<ReturnLine> lines) {
    json.name(name).beginArray();
    for (ReturnLine line : lines) {
      json.beginObject().field("line", line.line()).field("quantity", line.quantity()).endObject();
    }
    json.endArray();
  }
}
