package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One order with everything that belongs to it, and the tag that says whether it has changed. */
public final class OrderPageJson {

  private final ConsigneeStore consignees;
  private final PaymentStore payments;
  private final RefundStore refunds;
  private final RefundedStore refunded;
  private final OrderPartsJson parts;
  private final AftersalesJson aftersales;

  public OrderPageJson(
      Database database,
      ConsigneeStore consignees,
      PaymentStore payments,
      RefundStore refunds,
      OrderPartsJson parts,
      AftersalesJson aftersales) {
    this.refunded = new RefundedStore(database);
    this.aftersales = aftersales;
    this.consignees = consignees;
    this.payments = payments;
    this.refunds = refunds;
    this.parts = parts;
  }

  /**
   * An order as JSON.
   *
   * @param tag its version, and a hash over the parts that change without the version
   * @param attempts its payments, as the JSON shows them
   */
  public record Detail(byte[] json, EntityTag tag, List<Attempt> attempts) {}

  /** The order with its payments, effects, parcels and refunds as they are now. */
  public Detail detail(Order order) {
    return detail(order, consignees.find(order.number().value()).orElse(null));
  }

  /** The same for a place that can't forget: nobody is in it. */
  byte[] withoutPeople(Order order) {
    return detail(
            order.state() instanceof OrderState.Cancelled state ? marked(order, state) : order,
            null)
        .json();
  }

  private static Order marked(Order order, OrderState.Cancelled state) {
    return state.reason().equals(OrderState.Cancelled.BY_CUSTOMER)
        ? order
        : order.saying(
            new OrderState.Cancelled(
                state.closedAt(), WordsMark.REASON + WordsMark.cancellation(order.number())));
  }

  private Detail detail(Order order, @Nullable Consignee person) {
    List<Attempt> attempts = payments.attempts(order.number());
    byte[] rest = parts(order, attempts);
    CRC32C hash = new CRC32C();
    hash.update(rest);
    JsonWriter json = new JsonWriter(1_024 + rest.length).beginObject();
    OrderJson.order(
        json,
        order,
        RefundedPiecesBatch.of(refunded, order),
        person == null ? null : person.address(),
        person == null ? Invoice.none() : person.invoice());
    byte[] head = json.toBytes();
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    // "{...}" of the parts goes on where the head stops: its brace becomes a comma.
    System.arraycopy(rest, 0, all, head.length, rest.length);
    all[head.length] = ',';
    return new Detail(
        all, new EntityTag(order.version(), Long.toHexString(hash.getValue())), attempts);
  }

  private byte[] parts(Order order, List<Attempt> attempts) {
    List<Refund> given = attempts.isEmpty() ? List.of() : refunds.refunds(order.number());
    JsonWriter json = new JsonWriter(1_024).beginObject().name("payments").beginArray();
    attempts.forEach(attempt -> OrderJson.payment(json, attempt, given));
    json.endArray().name("effects").beginArray();
    parts.effects(order).forEach(effect -> effect(json, effect));
    json.endArray().name("shipments").beginArray();
    parts.shipments(json, order);
    json.endArray();
    aftersales.write(json, order, given);
    return json.endObject().toBytes();
  }

  private static void effect(JsonWriter json, OrderPartsJson.Effect effect) {
    json.beginObject()
        .field("name", effect.name())
        .field("state", effect.state())
        .fieldIfPresent("at", effect.at())
        .field("tries", effect.tries())
        .endObject();
  }
}
