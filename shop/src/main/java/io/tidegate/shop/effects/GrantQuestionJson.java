package io.tidegate.shop.effects;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.ordering.OrderPaid;
import java.nio.charset.StandardCharsets;

/** The question about a paid order, as it goes outside. Nothing personal is in it. */
final class GrantQuestionJson {

  private GrantQuestionJson() {}

  static GrantQuestion of(OrderPaid order) {
    JsonWriter json =
        new JsonWriter(512)
            .beginObject()
            .field("type", "grants.decide")
            .field("order", Long.toString(order.number()))
            .field("userId", Long.toString(order.userId()))
            .field("paidTotal", order.total().amount())
            .field("currency", order.total().currency())
            .field("channel", order.channel())
            .field("region", order.region())
            .name("lines")
            .beginArray();
    for (OrderPaid.Item item : order.items()) {
      json.beginObject()
          .field("sku", item.sku())
          .field("quantity", item.quantity())
          .field("paid", item.paid())
          .endObject();
    }
    json.endArray().field("paidAt", order.paidAt()).endObject();
    return new GrantQuestion(
        order.number(),
        order.userId(),
        order.total(),
        new String(json.toBytes(), StandardCharsets.UTF_8));
  }
}
