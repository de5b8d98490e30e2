package io.tidegate.shop.ordering;

import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import java.util.List;
import java.util.zip.CRC32C;

/** One order with everything that belongs to it, and the tag that says whether it has changed. */
public final class OrderPageJson {

  private final ConsigneeStore consignees;
  private final PaymentStore payments;
  private final RefundStore refunds;
  private final OrderPartsJson parts;

  public OrderPageJson(
      ConsigneeStore consignees, PaymentStore payments, RefundStore refunds, OrderPartsJson parts) {
    this.consignees = consignees;
    this.payments = payments;
    this.refunds = refunds;
    this.parts = parts;
  }

  /**
   * An order as JSON.
   *
   * @param tag its version, and a hash over the parts that change without the version
   */
  public record Detail(byte[] json, EntityTag tag) {}

  /** The order with its payments, effects, parcels and refunds as they are now. */
  public Detail detail(Order order) {
    byte[] rest = parts(order);
    CRC32C hash = new CRC32C();
    hash.update(rest);
    JsonWriter json = new JsonWriter(1_024 + rest.length).beginObject();
    OrderJson.order(
        json, order, consignees.find(order.number().value()).map(Consignee::address).orElse(null));
    byte[] head = json.toBytes();
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    // "{...}" of the parts goes on where the head stops: its brace becomes a comma.
    System.arraycopy(rest, 0, all, head.length, rest.length);
    all[head.length] = ',';
    return new Detail(all, new EntityTag(order.version(), Long.toHexString(hash.getValue())));
  }

  private byte[] parts(Order order) {
    List<Attempt> attempts = payments.attempts(order.number());
    List<Refund> given = attempts.isEmpty() ? List.of() : refunds.refunds(order.number());
    JsonWriter json = new JsonWriter(1_024).beginObject().name("payments").beginArray();
    attempts.forEach(attempt -> OrderJson.payment(json, attempt, given));
    json.endArray().name("effects").beginArray();
    parts.effects(order).forEach(effect -> effect(json, effect));
    json.endArray().name("shipments").beginArray();
    parts.shipments(json, order);
    json.endArray().name("refunds").beginArray();
    given.forEach(refund -> OrderJson.refund(json, refund));
    return json.endArray().endObject().toBytes();
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
