package io.tidegate.shop.ordering;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code order.paid.v1}. Fields that it doesn't know are passed over. */
public final class OrderPaidJson {

  public static final String TYPE = "order.paid.v1";
  private static final JsonMapper JSON = JsonMapper.shared();

  private OrderPaidJson() {}

  public static OrderPaid read(LoggedEvent event) {
    JsonNode data = JSON.readTree(event.data());
    List<OrderPaid.Item> items = new ArrayList<>();
    for (JsonNode item : data.required("items")) {
      items.add(
          new OrderPaid.Item(
              item.required("line").asInt(),
              item.required("sku").asString(),
              item.required("quantity").asInt(),
              item.path("total").asLong(0)));
    }
    return new OrderPaid(
        Long.parseLong(data.required("number").asString()),
        Long.parseLong(data.required("user").asString()),
        data.required("region").asString(),
        data.path("channel").asString(Channel.SHOP.wire()), // events of the first days have none
        new Money(data.required("total").asLong(), data.required("currency").asString()),
        Instant.parse(data.required("paidAt").asString()),
        List.copyOf(items),
        event.traceparent());
  }
}
