package io.tidegate.shop.reporting;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An order of another shop, at its end: as the archive shows it, and as the lake counts it.
 *
 * @param paidAt null: it was never paid
 */
record ImportedOrderJson(
    OrderNumber number,
    String external,
    long userId,
    Instant createdAt,
    String state,
    String currency,
    long freight,
    long total,
    @Nullable Instant paidAt,
    @Nullable String provider,
    @Nullable String region,
    List<Line> lines) {

  private static final String NO_TRACE = "0".repeat(32);
  private static final String ACTOR = "import";
  private static final int SUMMARY_LINES = 3;

  /** One of its lines; what was taken off is a part of the price of all its pieces. */
  record Line(String sku, String title, int quantity, long unitPrice, long discount, int refunded) {

    long total() {
      return unitPrice * quantity - discount;
    }

    /** What goes back for the pieces that came back; the last takes the remainder. */
    long back() {
      return total() * refunded / quantity;
    }
  }

  /** A step of its history. */
  private record Step(String fact, String from, String to, Instant at) {}

  private boolean wholeBack() {
    return state.equals("refunded");
  }

  /** Without a word about pieces, a refunded order gave all of them back. */
  private int back(Line line) {
    return wholeBack() ? line.quantity() : line.refunded();
  }

  private long refundedTotal() {
    return wholeBack() ? total : lines.stream().mapToLong(Line::back).sum();
  }

  private long itemsTotal() {
    return lines.stream().mapToLong(line -> line.unitPrice() * line.quantity()).sum();
  }

  private long discountTotal() {
    return lines.stream().mapToLong(Line::discount).sum();
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    String open = "awaiting_payment";
    steps.add(new Step("order.placed", "", open, createdAt));
    Instant paid = paidAt;
    if (paid == null) {
      steps.add(new Step("order." + state, open, state, createdAt));
      return steps;
    }
    String waits = "awaiting_shipment";
    steps.add(new Step("order.paid", open, waits, paid));
    if (wholeBack()) {
      steps.add(new Step("order.refunded", waits, state, paid));
      return steps;
    }
    steps.add(new Step("order.completed", waits, state, paid));
    if (refundedTotal() > 0) {
      steps.add(new Step("order.partially_refunded", state, state, paid));
    }
    return steps;
  }

  /** As the archive keeps it. */
  ArchivedOrder archived() {
    List<Step> steps = steps();
    return new ArchivedOrder(
        number,
        userId,
        createdAt,
        state,
        steps.size(),
        total,
        currency,
        external,
        text(this::summary),
        text(json -> document(json, steps.size())),
        text(json -> timeline(json, steps)),
        "[]");
  }

  private static String text(Consumer<JsonWriter> body) {
    JsonWriter json = new JsonWriter(1_024);
    body.accept(json);
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  private void summary(JsonWriter json) {
    json.beginObject()
        .field("number", number.toString())
        .field("state", state)
        .money("total", total, currency)
        .field("createdAt", createdAt)
        .name("items");
    items(json, lines.subList(0, Math.min(SUMMARY_LINES, lines.size())));
    json.field("itemCount", lines.size()).endObject();
  }

  private void document(JsonWriter json, int version) {
    json.beginObject()
        .field("number", number.toString())
        .field("state", state)
        .field("version", version)
        .field("createdAt", createdAt)
        .fieldIfPresent("paidAt", paidAt);
    if (paidAt == null) {
      json.field("closedAt", createdAt);
    }
    json.name("items");
    items(json, lines);
    json.money("itemsTotal", itemsTotal(), currency)
        .money("discountTotal", discountTotal(), currency)
        .money("freight", freight, currency)
        .money("total", total, currency)
        .money("refundedTotal", refundedTotal(), currency)
        .name("payments")
        .beginArray();
    payment(json);
    json.endArray();
    for (String empty : List.of("effects", "shipments", "refunds", "returns")) {
      json.name(empty).beginArray().endArray();
    }
    json.endObject();
  }

  private void items(JsonWriter json, List<Line> some) {
    json.beginArray();
    int n = 0;
    for (Line line : some) {
      n++;
      json.beginObject()
          .field("line", n)
          .field("sku", line.sku())
          .field("title", line.title())
          .field("quantity", line.quantity())
          .field("refundedQuantity", back(line))
          .money("unitPrice", line.unitPrice(), currency)
          .money("discount", line.discount(), currency)
          .money("total", line.total(), currency)
          .endObject();
    }
    json.endArray();
  }

  private void payment(JsonWriter json) {
    Instant paid = paidAt;
    String whose = provider;
    if (paid == null || whose == null) {
      return;
    }
    json.beginObject()
        .field("id", number + "p1")
        .field("order", number.toString())
        .field("provider", whose)
        .field("state", "captured")
        .money("amount", total, currency)
        .money("refunded", refundedTotal(), currency)
        .field("expiresAt", paid)
        .field("capturedAt", paid)
        .endObject();
  }

  private static void timeline(JsonWriter json, List<Step> steps) {
    json.beginArray();
    int version = 0;
    for (Step step : steps) {
      version++;
      json.beginObject().field("version", version).field("at", step.at());
      if (!step.from().isEmpty()) {
        json.field("from", step.from());
      }
      json.field("to", step.to())
          .field("fact", step.fact())
          .field("actor", ACTOR)
          .field("traceId", NO_TRACE)
          .endObject();
    }
    json.endArray();
  }

  /** Gives its rows to the lake; their position is null, for they come from no log. */
  void rows(ZoneId zone, LakeGoods.@Nullable Place[] places, Consumer<LakeRow> rows) {
    int version = 0;
    for (Step step : steps()) {
      version++;
      String type = step.fact().substring("order.".length());
      LocalDate day = LocalDate.ofInstant(step.at(), zone);
      rows.accept(ofOrder(type, step, day, version));
      if (!type.equals("completed")) {
        lines(type, step, day, version, places, rows);
      }
      if (type.equals("paid")) {
        rows.accept(money(LakeTable.PAYMENTS, "paid", step, day, total).row());
      }
      if (type.endsWith("refunded") && refundedTotal() > 0) {
        rows.accept(
            money(LakeTable.REFUNDS, "succeeded", step, day, refundedTotal())
                .set("refund", external)
                .set("user_id", userId)
                .set("state", "succeeded")
                .set("reason", ACTOR)
                .row());
      }
    }
  }

  private LakeRow ofOrder(String type, Step step, LocalDate day, int version) {
    return LakeRow.of(LakeTable.ORDERS, day)
        .set("happened_at", step.at())
        .set("type", type)
        .set("number", number.value())
        .set("version", version)
        .set("user_id", userId)
        .set("region", region)
        .set("state", step.to())
        .set("currency", currency)
        .set("items_total", itemsTotal())
        .set("discount_total", discountTotal())
        .set("freight", freight)
        .set("total", total)
        .set("placed_at", createdAt)
        .set("paid_at", version > 1 ? paidAt : null)
        .set("reason", paidAt == null && version > 1 ? ACTOR : null)
        .set("provider", version > 1 ? provider : null)
        .set("amount", type.endsWith("refunded") ? refundedTotal() : null)
        .row();
  }

  private void lines(
      String type,
      Step step,
      LocalDate day,
      int version,
      LakeGoods.@Nullable Place[] places,
      Consumer<LakeRow> rows) {
    boolean back = type.endsWith("refunded");
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      int quantity = back ? back(line) : line.quantity();
      if (quantity == 0) {
        continue;
      }
      LakeGoods.@Nullable Place place = places[i];
      rows.accept(
          LakeRow.of(LakeTable.LINES, day)
              .set("happened_at", step.at())
              .set("type", type)
              .set("number", number.value())
              .set("version", version)
              .set("user_id", userId)
              .set("region", region)
              .set("line", i + 1)
              .set("sku", line.sku())
              .set("product", place == null ? null : place.product())
              .set("category", place == null ? null : place.category())
              .set("quantity", quantity)
              .set("unit_price", back ? null : line.unitPrice())
              .set("discount", back ? null : line.discount())
              .set("total", back && !wholeBack() ? line.back() : line.total())
              .set("currency", currency)
              .row());
    }
  }

  private LakeRow.Draft money(LakeTable table, String type, Step step, LocalDate day, long amount) {
    return LakeRow.of(table, day)
        .set("happened_at", step.at())
        .set("type", type)
        .set("number", number.value())
        .set("provider", provider)
        .set("amount", amount)
        .set("currency", currency);
  }
}
