package io.tidegate.shop.reporting;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an event says, as rows of the lake. Fields that it doesn't know are passed over. */
final class LakeRowsJson {

  /** Events that are looked at together, so that what goods they name is asked for at once. */
  private static final int CHUNK = 500;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ZoneId zone;
  private final LakeGoods goods;

  /**
   * @param zone cuts business days
   */
  LakeRowsJson(ZoneId zone, LakeGoods goods) {
    this.zone = zone;
    this.goods = goods;
  }

  /** An event with its data read. */
  private record Parsed(LoggedEvent event, JsonNode data, String topic, String fact) {}

  /** What the goods of some events are. */
  private record Known(Map<String, LakeGoods.Place> places, Map<String, String> sales) {}

  /**
   * Gives the rows of some events, in their order.
   *
   * @throws RuntimeException where an event is not as it is described
   */
  void rows(List<LoggedEvent> events, Consumer<LakeRow> rows) {
    for (int from = 0; from < events.size(); from += CHUNK) {
      chunk(events.subList(from, Math.min(events.size(), from + CHUNK)), rows);
    }
  }

  private void chunk(List<LoggedEvent> events, Consumer<LakeRow> rows) {
    List<Parsed> parsed = new ArrayList<>(events.size());
    Set<String> skus = new HashSet<>();
    Set<String> pools = new HashSet<>();
    for (LoggedEvent event : events) {
      Parsed each = parse(event);
      parsed.add(each);
      if (each.topic().equals("order")) {
        for (JsonNode item : each.data().path("items")) {
          skus.add(item.required("sku").asString());
          if (item.has("pool")) {
            pools.add(item.required("pool").asString());
          }
        }
      }
    }
    Known known = new Known(goods.places(skus), goods.sales(pools));
    parsed.forEach(each -> rows(each, known, rows));
  }

  /** {@code order.paid.v1} is the fact {@code paid} of the topic {@code order}. */
  private static Parsed parse(LoggedEvent event) {
    String[] parts = event.type().split("\\.", 3);
    return new Parsed(event, JSON.readTree(event.data()), parts[0], parts[1]);
  }

  private void rows(Parsed event, Known known, Consumer<LakeRow> rows) {
    switch (event.topic()) {
      case "order" -> order(event, known, rows);
      case "payment" -> rows.accept(payment(event, event.data().required("amount").asLong()));
      case "refund" -> rows.accept(refund(event));
      case "shipment" -> rows.accept(shipment(event));
      case "sale" -> rows.accept(sale(event));
      default -> {
        // returns, stock and customers have no table; refunds tell what a return ended in
      }
    }
  }

  private void order(Parsed event, Known known, Consumer<LakeRow> rows) {
    JsonNode data = event.data();
    long number = number(data);
    LakeRow.Draft row =
        draft(LakeTable.ORDERS, event)
            .set("number", number)
            .set("version", data.required("version").asInt())
            .set("user_id", Long.valueOf(data.required("user").asString()))
            .set("region", data.required("region").asString())
            .set("state", data.required("state").asString())
            .set("currency", text(data, "currency"))
            .set("items_total", whole(data, "itemsTotal"))
            .set("discount_total", whole(data, "discountTotal"))
            .set("freight", whole(data, "freight"))
            .set("total", whole(data, "total"))
            .set("placed_at", new OrderNumber(number).createdAt())
            .set("paid_at", time(data, "paidAt"))
            .set("reason", text(data, "reason"))
            .set("provider", text(data, "provider"))
            .set("courier", text(data, "courier"))
            .set("amount", whole(data, "amount"))
            .set("sale", saleOf(data, known));
    discounts(data, row);
    rows.accept(row.row());
    for (JsonNode item : data.path("items")) {
      rows.accept(line(event, item, known));
    }
    if (event.fact().equals("paid")) {
      rows.accept(payment(event, data.required("total").asLong()));
    }
  }

  /** What coupons and points took off; of promotions and red packets the total says enough. */
  private static void discounts(JsonNode data, LakeRow.Draft row) {
    long points = 0;
    for (JsonNode discount : data.path("discounts")) {
      String id = discount.required("id").asString();
      switch (discount.required("kind").asString()) {
        case "coupon" ->
            row.set("coupon", id).set("coupon_amount", discount.required("amount").asLong());
        case "points" -> points += Long.parseLong(id);
        default -> {
          // promotions and red packets
        }
      }
    }
    row.set("points", points == 0 ? null : points);
  }

  private static @Nullable String saleOf(JsonNode data, Known known) {
    for (JsonNode item : data.path("items")) {
      if (item.has("pool")) {
        return known.sales().get(item.required("pool").asString());
      }
    }
    return null;
  }

  private LakeRow line(Parsed event, JsonNode item, Known known) {
    JsonNode data = event.data();
    String sku = item.required("sku").asString();
    LakeGoods.@Nullable Place place = known.places().get(sku);
    // Of a refund: what goes back for its pieces, without freight, as they were sold. Events of
    // before it was told apart have the amount alone.
    Long total = whole(item, item.has("total") ? "total" : item.has("goods") ? "goods" : "amount");
    return draft(LakeTable.LINES, event)
        .set("number", number(data))
        .set("version", data.required("version").asInt())
        .set("user_id", Long.valueOf(data.required("user").asString()))
        .set("region", data.required("region").asString())
        .set("line", item.required("line").asInt())
        .set("sku", sku)
        .set("product", place == null ? null : place.product())
        .set("category", place == null ? null : place.category())
        .set("quantity", item.required("quantity").asInt())
        .set("unit_price", whole(item, "unitPrice"))
        .set("discount", whole(item, "discount"))
        .set("total", total)
        .set("pool", text(item, "pool"))
        .set("currency", text(data, "currency"))
        .row();
  }

  private LakeRow payment(Parsed event, long amount) {
    JsonNode data = event.data();
    return draft(LakeTable.PAYMENTS, event)
        .set("number", number(data))
        .set("payment", text(data, "payment"))
        .set("provider", text(data, "provider"))
        .set("amount", amount)
        .set("currency", data.required("currency").asString())
        .row();
  }

  private LakeRow refund(Parsed event) {
    JsonNode data = event.data();
    String user = text(data, "user");
    return draft(LakeTable.REFUNDS, event)
        .set("number", number(data))
        .set("refund", data.required("refund").asString())
        .set("user_id", user == null ? null : Long.valueOf(user))
        .set("kind", text(data, "kind"))
        .set("state", text(data, "state"))
        .set("provider", text(data, "provider"))
        .set("reason", data.has("why") ? text(data, "why") : text(data, "reason"))
        .set("amount", data.required("amount").asLong())
        .set("deducted", whole(data, "deducted"))
        .set("currency", data.required("currency").asString())
        .set("how", text(data, "how"))
        .row();
  }

  private LakeRow shipment(Parsed event) {
    JsonNode data = event.data();
    int pieces = 0;
    for (JsonNode item : data.required("items")) {
      pieces += item.required("quantity").asInt();
    }
    return draft(LakeTable.SHIPMENTS, event)
        .set("number", number(data))
        .set("shipment", data.required("shipment").asString())
        .set("warehouse", data.required("warehouse").asString())
        .set("carrier", text(data, "carrier"))
        .set("pieces", pieces)
        .set("last", data.required("last").asBoolean())
        .row();
  }

  private LakeRow sale(Parsed event) {
    JsonNode data = event.data();
    return draft(LakeTable.SALES, event)
        .set("sale", data.required("sale").asString())
        .set("stage", data.required("stage").asString())
        .set("mode", data.required("mode").asString())
        .set("body", new String(event.event().data(), StandardCharsets.UTF_8))
        .row();
  }

  private LakeRow.Draft draft(LakeTable table, Parsed parsed) {
    LoggedEvent event = parsed.event();
    return LakeRow.of(table, day(event.time()))
        .set("position", event.position())
        .set("happened_at", event.time())
        .set("type", parsed.fact());
  }

  private LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, zone);
  }

  private static long number(JsonNode data) {
    return Long.parseLong(data.required("number").asString());
  }

  private static @Nullable String text(JsonNode data, String field) {
    return data.has(field) ? data.required(field).asString() : null;
  }

  private static @Nullable Long whole(JsonNode data, String field) {
    return data.has(field) ? data.required(field).asLong() : null;
  }

  private static @Nullable Instant time(JsonNode data, String field) {
    return data.has(field) ? Instant.parse(data.required(field).asString()) : null;
  }
}
