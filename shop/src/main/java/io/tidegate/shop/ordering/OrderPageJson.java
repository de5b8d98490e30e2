package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One order with everything that belongs to it, and the tag that says whether it has changed. */
public final class OrderPageJson {

  private final Database database;
  private final OrderPartsJson parts;
  private final AftersalesJson aftersales;
  private final SharedReads<OrderNumber, Belongings> belongings = new SharedReads<>(this::read);

  public OrderPageJson(Database database, OrderPartsJson parts, AftersalesJson aftersales) {
    this.database = database;
    this.parts = parts;
    this.aftersales = aftersales;
  }

  /**
   * What belongs to an order besides its own row.
   *
   * @param given its refunds at providers
   * @param refunded pieces that went back, by line
   */
  private record Belongings(
      @Nullable Consignee person,
      List<Attempt> attempts,
      List<Refund> given,
      Map<Integer, Integer> refunded,
      OrderPartsJson.Parts parts,
      AftersalesJson.Cases cases) {}

  /** All of many orders in one round trip. */
  private Map<OrderNumber, Belongings> read(List<OrderNumber> orders) {
    Questions questions = new Questions();
    var people = questions.add(ConsigneeStore.who(orders));
    var attempts = questions.add(PaymentStore.whichAttempts(orders));
    var given = questions.add(RefundStore.whichRefunds(orders));
    var refunded = questions.add(RefundedStore.whichLines(orders));
    Supplier<OrderPartsJson.Parts> partsAsked = parts.ask(questions, orders);
    Supplier<AftersalesJson.Cases> casesAsked = aftersales.ask(questions, orders);
    database.ask(questions);

    Map<Long, Consignee> person = people.get();
    Map<OrderNumber, List<Attempt>> tried = attempts.get();
    Map<OrderNumber, List<Refund>> back = given.get();
    Map<OrderNumber, List<RefundedLine>> lines = refunded.get();
    OrderPartsJson.Parts known = partsAsked.get();
    AftersalesJson.Cases cases = casesAsked.get();
    Map<OrderNumber, Belongings> found = new HashMap<>();
    for (OrderNumber order : orders) {
      found.put(
          order,
          new Belongings(
              person.get(order.value()),
              tried.getOrDefault(order, List.of()),
              back.getOrDefault(order, List.of()),
              RefundedPiecesBatch.of(lines.getOrDefault(order, List.of())),
              known,
              cases));
    }
    return found;
  }

  private Belongings of(Order order) {
    return Objects.requireNonNull(belongings.read(order.number()));
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
    Belongings found = of(order);
    return detail(order, found, found.person());
  }

  /** The same for a place that can't forget: nobody is in it. */
  byte[] withoutPeople(Order order) {
    return detail(
            order.state() instanceof OrderState.Cancelled state ? marked(order, state) : order,
            of(order),
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

  private static Detail detail(Order order, Belongings found, @Nullable Consignee person) {
    byte[] rest = parts(order, found);
    CRC32C hash = new CRC32C();
    hash.update(rest);
    JsonWriter json = new JsonWriter(1_024 + rest.length).beginObject();
    OrderJson.order(
        json,
        order,
        found.refunded(),
        person == null ? null : person.address(),
        person == null ? Invoice.none() : person.invoice());
    byte[] head = json.toBytes();
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    // "{...}" of the parts goes on where the head stops: its brace becomes a comma.
    System.arraycopy(rest, 0, all, head.length, rest.length);
    all[head.length] = ',';
    return new Detail(
        all, new EntityTag(order.version(), Long.toHexString(hash.getValue())), found.attempts());
  }

  private static byte[] parts(Order order, Belongings found) {
    JsonWriter json = new JsonWriter(1_024).beginObject().name("payments").beginArray();
    found.attempts().forEach(attempt -> OrderJson.payment(json, attempt, found.given()));
    json.endArray().name("effects").beginArray();
    found.parts().effects(order).forEach(effect -> effect(json, effect));
    json.endArray().name("shipments").beginArray();
    found.parts().shipments(json, order);
    json.endArray();
    found.cases().write(json, order, found.given());
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
