package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.payment.Capture;
import java.time.Instant;
import java.util.List;

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
        json.field("payBefore", order.payBefore());
        items(json, order.items());
      }
      case OrderFact.Paid(Order _, Capture capture, Instant at) -> {
        amounts(json, order.amounts());
        json.field("paidAt", at);
        json.field("payment", capture.payment().toString());
        json.field("provider", capture.provider());
        items(json, order.items());
      }
      case OrderFact.Ended(Order _, String reason, Instant at) -> {
        amounts(json, order.amounts());
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
      case OrderFact.Parked parked -> {
        json.field("at", parked.at());
        json.field("payment", parked.capture().payment().toString());
        json.field("provider", parked.capture().provider());
        json.field("currency", parked.capture().amount().currency());
        json.field("amount", parked.capture().amount().amount());
      }
    }
    return new Event(
        fact.type(),
        order.number().value(),
        order.version(),
        fact.at(),
        traceparent,
        json.endObject().toBytes());
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
          .field("total", item.total())
          .endObject();
    }
    json.endArray();
  }
}
