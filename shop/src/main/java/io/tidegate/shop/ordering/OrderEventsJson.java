package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.payment.Capture;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Facts as events. A published field never changes and never goes; new ones may come. */
final class OrderEventsJson {

  private static final int BYTES = 384;
  private static final int BYTES_AN_ITEM = 192;

  private OrderEventsJson() {}

  static Event event(OrderFact fact, String traceparent) {
    Order order = fact.order();
    JsonWriter json = new JsonWriter(BYTES + BYTES_AN_ITEM * order.items().size()).beginObject();
    head(json, order);
    switch (fact) {
      case OrderFact.Placed _ -> {
        amounts(json, order.amounts());
        bought(json, order);
        json.field("payBefore", order.payBefore());
        items(json, order.items());
      }
      case OrderFact.Paid(Order _, @Nullable Capture capture, Instant at) -> {
        amounts(json, order.amounts());
        bought(json, order);
        json.field("paidAt", at);
        if (capture != null) {
          json.field("payment", capture.payment().toString());
          json.field("provider", capture.provider());
        }
        items(json, order.items());
      }
      case OrderFact.Ended(Order _, String reason, Instant at) -> {
        amounts(json, order.amounts());
        bought(json, order);
        json.field("closedAt", at);
        json.field("reason", reason);
        items(json, order.items());
      }
      case OrderFact.Moved(Order _, Instant at) -> json.field("at", at);
      case OrderFact.GivenBack given -> {
        json.field("at", given.at());
        json.field("refund", given.refund().id().toString());
        json.field("provider", given.refund().provider());
        json.field("reason", given.refund().reason().name().toLowerCase(java.util.Locale.ROOT));
        json.field("currency", given.refund().amount().currency());
        json.field("amount", given.refund().amount().amount());
      }
      case OrderFact.Parked parked -> capture(json, parked.capture(), parked.at());
      case OrderFact.Dismissed dismissed -> capture(json, dismissed.capture(), dismissed.at());
      case OrderFact.Refunded(Order _, RefundedPart part, Instant at) ->
          part(json, order, part, at);
      case OrderFact.RefundReversed(Order _, RefundedPart part, Instant at) ->
          part(json, order, part, at);
    }
    return new Event(
        fact.type(),
        order.number().value(),
        order.version(),
        fact.at(),
        traceparent,
        json.endObject().toBytes());
  }

  private static void capture(JsonWriter json, Capture capture, Instant at) {
    json.field("at", at);
    json.field("payment", capture.payment().toString());
    json.field("provider", capture.provider());
    json.field("currency", capture.amount().currency());
    json.field("amount", capture.amount().amount());
  }

  /** What went back, or came again: pieces by line with their money. */
  private static void part(JsonWriter json, Order order, RefundedPart part, Instant at) {
    json.field("at", at);
    json.field("refund", order.number() + "a" + part.refund());
    json.field("currency", order.amounts().currency());
    json.field("amount", part.amount());
    json.field("deducted", part.deducted());
    json.field("refundedTotal", order.refundedTotal());
    json.name("items").beginArray();
    for (RefundedPart.Line line : part.lines()) {
      json.beginObject()
          .field("line", line.line())
          .field("sku", order.items().get(line.line() - 1).sku())
          .field("quantity", line.quantity())
          .field("amount", line.amount())
          .field("goods", line.goods())
          .endObject();
    }
    json.endArray();
  }

  private static void head(JsonWriter json, Order order) {
    json.field("number", order.number().toString());
    json.field("user", Long.toString(order.userId()));
    json.field("region", order.region());
    json.field("state", order.status().wire());
    json.field("version", order.version());
  }

  private static void amounts(JsonWriter json, Amounts amounts) {
    json.field("currency", amounts.currency());
    json.field("itemsTotal", amounts.itemsTotal());
    json.field("discountTotal", amounts.discountTotal());
    json.field("freight", amounts.freight());
    json.field("total", amounts.total());
  }

  /** How it was bought: the way it came, what was taken off, and who carries it, if any. */
  private static void bought(JsonWriter json, Order order) {
    json.field("channel", order.channel().wire());
    if (!order.discounts().isEmpty()) {
      json.name("discounts").beginArray();
      for (Discount discount : order.discounts()) {
        json.beginObject()
            .field("kind", discount.kind().wire())
            .field("id", discount.id())
            .field("amount", discount.amount())
            .name("shares")
            .beginArray();
        discount.shares().forEach(json::value);
        json.endArray().endObject();
      }
      json.endArray();
    }
    json.fieldIfPresent("courier", order.courier());
  }

  private static void items(JsonWriter json, List<OrderItem> items) {
    json.name("items").beginArray();
    int line = 1;
    for (OrderItem item : items) {
      json.beginObject()
          .field("line", line++)
          .field("sku", item.sku())
          .field("title", item.title())
          .field("quantity", item.quantity())
          .field("unitPrice", item.unitPrice())
          .field("discount", item.discount())
          .field("total", item.total());
      Long pool = item.pool();
      if (pool != null) {
        json.field("pool", pool.toString());
      }
      json.endObject();
    }
    json.endArray();
  }
}
