package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.effects.Owed;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import org.jspecify.annotations.Nullable;

/** Refunds as the API shows them. */
final class RefundJson {

  private RefundJson() {}

  static void write(JsonWriter json, RefundView view) {
    json.beginObject();
    members(json, view);
    json.endObject();
  }

  /** For a place that can't forget: with a mark instead of what its customer wrote. */
  static void writeMarked(JsonWriter json, RefundView view) {
    json.beginObject();
    members(json, view, view.asked() == null ? view.reason() : WordsMark.REASON + view.id());
    json.endObject();
  }

  static void members(JsonWriter json, RefundView view) {
    members(json, view, view.reason());
  }

  private static void members(JsonWriter json, RefundView view, String reason) {
    String currency = view.amount().currency();
    json.field("id", view.id())
        .field("order", view.order().toString())
        .money("amount", view.amount().amount(), currency);
    if (view.deducted() > 0) {
      json.money("deducted", view.deducted(), currency);
    }
    json.field("state", view.state()).name("lines").beginArray();
    for (RefundLine line : view.lines()) {
      json.beginObject()
          .field("line", line.line())
          .field("quantity", line.quantity())
          .money("amount", line.amount(), currency)
          .endObject();
    }
    json.endArray().field("reason", reason);
    RefundCase asked = view.asked();
    if (asked != null) {
      json.field("kind", asked.kind().wire()).fieldIfPresent("refusal", asked.refusal());
    }
    if (view.money() != null) {
      json.field("refundNumber", view.money().id().toString());
    }
    json.field("createdAt", view.createdAt()).fieldIfPresent("succeededAt", view.succeededAt());
  }

  /** A row of staff's list, which says whose it is. */
  static void writeForStaff(JsonWriter json, RefundView view) {
    json.beginObject();
    members(json, view);
    forStaff(json, view);
    json.endObject();
  }

  private static void forStaff(JsonWriter json, RefundView view) {
    Long customer = view.customer();
    if (customer != null) {
      json.field("customer", Long.toString(customer));
    }
    if (!view.packed().isEmpty()) {
      json.name("packedParcels").beginArray();
      view.packed().forEach(parcel -> json.value(parcel.toString()));
      json.endArray();
    }
  }

  /** A refund with everything that a person needs to decide about it. */
  static void detail(JsonWriter json, RefundDetail detail) {
    RefundView view = detail.view();
    json.beginObject();
    members(json, view);
    forStaff(json, view);
    owed(json, detail.owed());
    json.field("stamp", detail.stamp());
    Refund money = view.money();
    if (money != null) {
      json.name("provider")
          .beginObject()
          .field("name", money.provider())
          .fieldIfPresent("said", money.lastAnswer())
          .field("tries", money.tries())
          .fieldIfPresent("nextTryAt", money.nextTryAt())
          .endObject();
    }
    steps(json, detail);
    failing(json, view.asked());
    json.name("choices").beginArray();
    if (detail.awaitsApproval()) {
      json.beginObject()
          .field("action", "approve")
          .field("does", "says yes; when two different people have, the money goes back")
          .endObject();
    }
    for (RefundChoice choice : detail.choices()) {
      json.beginObject()
          .field("action", choice.wire())
          .field("does", detail.does(choice))
          .endObject();
    }
    json.endArray();
    RefundCase asked = view.asked();
    if (asked != null) {
      json.field("approvalsWanted", asked.approvalsWanted());
    }
    json.name("approvals").beginArray();
    if (asked != null) {
      for (Approval approval : asked.approvals()) {
        json.beginObject().field("by", approval.by()).field("at", approval.at()).endObject();
      }
    }
    json.endArray();
    decisions(json, detail);
    history(json, asked);
    json.endObject();
  }

  private static void owed(JsonWriter json, @Nullable Owed owed) {
    if (owed == null || owed.isNothing()) {
      return;
    }
    Money packets = owed.redPackets();
    json.name("customerOwes")
        .beginObject()
        .field("points", owed.points())
        .money("redPackets", packets.amount(), packets.currency())
        .field("coupons", owed.coupons())
        .endObject();
  }

  private static void steps(JsonWriter json, RefundDetail detail) {
    json.name("undone").beginArray();
    for (RefundDetail.StepShown shown : detail.steps()) {
      json.beginObject()
          .field("step", shown.step().wire())
          .field("done", shown.done())
          .field("undone", shown.undone())
          .field("does", shown.step().does())
          .field("undo", shown.step().undo())
          .endObject();
    }
    json.endArray();
  }

  /** A step that is tried again and again, and why. */
  private static void failing(JsonWriter json, @Nullable RefundCase asked) {
    if (asked != null && asked.progress().error() != null) {
      json.name("failing")
          .beginObject()
          .field("error", asked.progress().error())
          .field("tries", asked.progress().tries())
          .fieldIfPresent("nextTryAt", asked.progress().nextStepAt())
          .endObject();
    }
  }

  private static void decisions(JsonWriter json, RefundDetail detail) {
    RefundDecision pending = detail.pending().orElse(null);
    json.name("decisions").beginArray();
    for (RefundDecision each : detail.decisions()) {
      json.beginObject()
          .field("action", each.action())
          .fieldIfPresent("reference", each.reference())
          .fieldIfPresent("note", each.note())
          .field("by", each.proposedBy())
          .field("at", each.proposedAt())
          .field("waits", each.equals(pending));
      if (each.peopleWanted() > 1) {
        json.fieldIfPresent("second", each.decidedBy())
            .fieldIfPresent("secondAt", each.decidedAt());
      }
      json.endObject();
    }
    json.endArray();
  }

  private static void history(JsonWriter json, @Nullable RefundCase asked) {
    json.name("history").beginArray();
    if (asked != null) {
      for (RefundStep step : asked.history()) {
        json.beginObject()
            .field("version", step.version())
            .field("at", step.at())
            .field("state", step.state().wire())
            .field("what", step.what())
            .field("actor", step.actor())
            .endObject();
      }
    }
    json.endArray();
  }
}
