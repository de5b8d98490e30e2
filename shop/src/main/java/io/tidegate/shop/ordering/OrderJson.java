package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.customer.InvoiceJson;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Refund;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Orders, payments and refunds as the API shows them. */
final class OrderJson {

  private static final int RECEIPT_BYTES = 768;
  private static final int RECEIPT_BYTES_AN_ITEM = 320;

  private OrderJson() {}

  /** The receipt: what a replay returns. */
  static byte[] receipt(Placed placed) {
    int items = placed.order().items().size();
    JsonWriter json = new JsonWriter(RECEIPT_BYTES + RECEIPT_BYTES_AN_ITEM * items).beginObject();
    order(json, placed.order(), Map.of(), placed.address(), placed.invoice());
    return json.endObject().toBytes();
  }

  /**
   * An order's own members. An erased address is left out, and so is an invoice not wanted.
   *
   * @param refunded how many pieces of a line are refunded
   */
  static void order(
      JsonWriter json,
      Order order,
      Map<Integer, Integer> refunded,
      @Nullable Address address,
      Invoice invoice) {
    Amounts amounts = order.amounts();
    String currency = amounts.currency();
    json.field("number", order.number().toString())
        .field("state", order.status().wire())
        .field("version", order.version())
        .field("createdAt", order.createdAt());
    switch (order.state()) {
      case OrderState.AwaitingPayment(var payBefore) -> json.field("payBefore", payBefore);
      case OrderState.Closed(var at, String reason) ->
          json.field("closedAt", at).field("closeReason", reason);
      case OrderState.Cancelled(var at, String reason) ->
          json.field("closedAt", at).field("closeReason", reason);
      case OrderState.AwaitingShipment(var at) -> json.field("paidAt", at);
      case OrderState.PartiallyShipped(var at) -> json.field("paidAt", at);
      case OrderState.Shipped(var at) -> json.field("paidAt", at);
      case OrderState.Delivered(var at) -> json.field("paidAt", at);
      case OrderState.Completed(var at) -> json.field("paidAt", at);
      case OrderState.Refunded(var at) -> json.field("paidAt", at);
    }
    json.name("items").beginArray();
    for (int i = 0; i < order.items().size(); i++) {
      item(json, i + 1, order.items().get(i), refunded.getOrDefault(i + 1, 0), currency);
    }
    json.endArray();
    discounts(json, order.discounts(), currency);
    amounts(json, amounts);
    json.money("refundedTotal", order.refundedTotal(), currency);
    if (address != null) {
      json.name("address")
          .beginObject()
          .field("name", address.name())
          .field("phone", address.phone())
          .field("region", address.region())
          .field("line", address.line())
          .endObject();
    }
    json.fieldIfPresent("courier", order.courier());
    InvoiceJson.write(json, invoice);
  }

  /** The member {@code discounts}: what was taken off in all; left out where nothing was. */
  static void discounts(JsonWriter json, List<Discount> discounts, String currency) {
    if (discounts.isEmpty()) {
      return;
    }
    json.name("discounts").beginArray();
    for (Discount discount : discounts) {
      json.beginObject().field("kind", discount.kind().wire());
      if (discount.kind() == Discount.Kind.POINTS) {
        json.field("points", discount.number());
      } else {
        json.field("id", discount.id());
      }
      json.money("amount", discount.amount(), currency).endObject();
    }
    json.endArray();
  }

  /** The members of an order's sums. */
  static void amounts(JsonWriter json, Amounts amounts) {
    String currency = amounts.currency();
    json.money("itemsTotal", amounts.itemsTotal(), currency)
        .money("discountTotal", amounts.discountTotal(), currency)
        .money("freight", amounts.freight(), currency)
        .money("total", amounts.total(), currency);
  }

  /**
   * A row of "my orders", which is kept for as long as its order's version is the same: it shows
   * nothing that changes without one, such as the words of {@link CancelWordsStore}.
   */
  static void row(JsonWriter json, Order order, Map<Integer, Integer> refunded) {
    json.beginObject();
    summary(json, order, refunded);
    json.endObject();
  }

  /** A row of all orders, which says whose it is. */
  static void staffRow(JsonWriter json, Order order, Map<Integer, Integer> refunded) {
    json.beginObject();
    summary(json, order, refunded);
    json.field("customer", Long.toString(order.userId())).endObject();
  }

  private static void summary(JsonWriter json, Order order, Map<Integer, Integer> refunded) {
    String currency = order.amounts().currency();
    json.field("number", order.number().toString())
        .field("state", order.status().wire())
        .money("total", order.amounts().total(), currency)
        .field("createdAt", order.createdAt())
        .name("items")
        .beginArray();
    int shown = Math.min(3, order.items().size());
    for (int i = 0; i < shown; i++) {
      item(json, i + 1, order.items().get(i), refunded.getOrDefault(i + 1, 0), currency);
    }
    json.endArray().field("itemCount", order.items().size());
  }

  static void step(JsonWriter json, Step step) {
    Status from = step.from();
    json.beginObject().field("version", step.version()).field("at", step.at());
    if (from != null) {
      json.field("from", from.wire());
    }
    json.field("to", step.to().wire())
        .field("fact", step.fact())
        .field("actor", step.actor())
        .field("traceId", step.traceId())
        .endObject();
  }

  /**
   * A payment.
   *
   * @param refunds the order's refunds
   */
  static void payment(JsonWriter json, Attempt attempt, List<Refund> refunds) {
    String currency = attempt.amount().currency();
    long refunded = 0;
    for (Refund refund : refunds) {
      if (refund.attempt() == attempt.id().seq() && refund.isBack()) {
        refunded = Math.addExact(refunded, refund.amount().amount());
      }
    }
    json.beginObject()
        .field("id", attempt.id().toString())
        .field("order", attempt.id().order().toString())
        .field("provider", attempt.provider())
        .field("state", attempt.state().wire())
        .money("amount", attempt.amount().amount(), currency)
        .money("refunded", refunded, currency)
        .fieldIfPresent("method", attempt.method().isEmpty() ? null : attempt.method())
        .fieldIfPresent(
            switch (attempt.shows()) {
              case ADDRESS -> "cashierUrl";
              case CODE -> "qr";
              case PARAMETERS -> "parameters";
            },
            attempt.isOpen() ? attempt.cashierUrl() : null)
        .field("expiresAt", attempt.expiresAt())
        .fieldIfPresent("capturedAt", attempt.capturedAt())
        .endObject();
  }

  private static void item(
      JsonWriter json, int line, OrderItem item, int refunded, String currency) {
    json.beginObject()
        .field("line", line)
        .field("sku", item.sku())
        .field("title", item.title())
        .field("quantity", item.quantity())
        .field("refundedQuantity", refunded)
        .money("unitPrice", item.unitPrice(), currency)
        .money("discount", item.discount(), currency)
        .money("total", item.total(), currency)
        .endObject();
  }
}
