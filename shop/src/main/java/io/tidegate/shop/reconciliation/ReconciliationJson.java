package io.tidegate.shop.reconciliation;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.reconciliation.ReconciliationService.Shown;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Days and differences as the API shows them. */
final class ReconciliationJson {

  private ReconciliationJson() {}

  /** The members of a day, without its differences. */
  static void day(JsonWriter json, Shown shown) {
    Day day = shown.day();
    json.field("date", day.day().toString())
        .field("provider", day.provider())
        .field("state", day.state().wire())
        .fieldIfPresent("source", day.source())
        .field("lines", day.lines())
        .field("matched", day.matched())
        .field("open", shown.open())
        .field("accepted", shown.accepted())
        .fieldIfPresent("loadedAt", day.loadedAt())
        .fieldIfPresent("matchedAt", day.matchedAt())
        .fieldIfPresent("nextTryAt", day.nextTryAt())
        .fieldIfPresent("problem", day.problem())
        .name("sums")
        .beginArray();
    for (Day.Sum sum : shown.sums()) {
      json.beginObject()
          .field("type", sum.type())
          .field("theirLines", sum.theirsRows())
          .money("theirs", sum.theirs(), sum.currency())
          .field("ourRows", sum.oursRows())
          .money("ours", sum.ours(), sum.currency())
          .endObject();
    }
    json.endArray();
  }

  static void difference(JsonWriter json, Difference difference, Set<Action> actions) {
    json.beginObject()
        .field("id", Long.toString(difference.id()))
        .field("type", difference.type().wire())
        .field("kind", difference.kind().wire())
        .field("number", difference.number());
    if (!difference.transaction().isEmpty()) {
      json.field("transaction", difference.transaction());
    }
    if (difference.order() != 0) {
      json.field("order", Long.toString(difference.order()));
    }
    side(json, "theirs", difference.theirs(), null);
    side(json, "ours", difference.ours(), difference.oursState());
    json.field("state", difference.isOpen() ? "open" : "resolved")
        .field("version", difference.version())
        .field("foundAt", difference.foundAt());
    Difference.Resolved resolved = difference.resolved();
    if (resolved != null) {
      json.field("how", resolved.how())
          .field("resolvedAt", resolved.at())
          .fieldIfPresent("resolvedBy", resolved.by())
          .fieldIfPresent("note", resolved.note());
    }
    json.fieldIfPresent("said", difference.said()).name("actions").beginArray();
    actions.forEach(action -> json.value(action.wire()));
    json.endArray().endObject();
  }

  private static void side(
      JsonWriter json, String name, Difference.@Nullable Side side, @Nullable String state) {
    if (side == null) {
      return;
    }
    json.name(name)
        .beginObject()
        .money("amount", side.amount().amount(), side.amount().currency())
        .fieldIfPresent("at", side.at())
        .fieldIfPresent("state", state)
        .endObject();
  }
}
