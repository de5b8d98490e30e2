package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One order with everything that belongs to it, and the tag that says whether it has changed. */
public final class OrderPageJson {

  private final Database database;
  private final OrderPartsJson parts;
  private final AftersalesJson aftersales;
  private final SharedReads<Wanted, Belongings> belongings = new SharedReads<>(this::read);

  public OrderPageJson(Database database, OrderPartsJson parts, AftersalesJson aftersales) {
    this.database = database;
    this.parts = parts;
    this.aftersales = aftersales;
  }

  /**
   * What belongs to an order besides its own row.
   *
   * @param person who gets it; null where the page doesn't say it, or nobody is known any more
   * @param given its refunds at providers; of an order that is not paid the automatic ones
   * @param refunded pieces that went back, by line
   */
  private record Belongings(
      @Nullable Consignee person,
      List<Attempt> attempts,
      List<Refund> given,
      Map<Integer, Integer> refunded,
      OrderPartsJson.Parts parts,
      AftersalesJson.Cases cases) {}

  /**
   * An order whose page is wanted, with what decides which questions it needs.
   *
   * @param paid whether it was when its row was read
   * @param named whether the page says who gets it
   */
  private record Wanted(OrderNumber order, boolean paid, boolean named) {}

  /**
   * All of many orders in one round trip. What only paid orders have is asked for these alone, and
   * nobody sees it on the page of one whose row was read before it was paid.
   *
   * <p>The round trip is one transaction: its locks are held to its end. So tables of orders come
   * in the order in which months of them are detached, and a test of the archive holds it.
   */
  private Map<Wanted, Belongings> read(List<Wanted> wanted) {
    List<OrderNumber> all = numbers(wanted, _ -> true);
    List<OrderNumber> paid = numbers(wanted, Wanted::paid);
    Questions questions = new Questions();
    var people = ask(questions, numbers(wanted, Wanted::named), ConsigneeStore::who);
    var refunded = ask(questions, paid, RefundedStore::whichLines);
    var attempts = ask(questions, all, PaymentStore::whichAttempts);
    var given = ask(questions, all, RefundStore::whichRefunds);
    Supplier<OrderPartsJson.Parts> partsAsked =
        paid.isEmpty() ? () -> OrderPartsJson.Parts.NONE : parts.ask(questions, paid);
    Supplier<AftersalesJson.Cases> casesAsked = aftersales.ask(questions, paid);
    database.ask(questions);

    Map<Long, Consignee> person = people.get();
    Map<OrderNumber, List<RefundedLine>> lines = refunded.get();
    Map<OrderNumber, List<Attempt>> tried = attempts.get();
    Map<OrderNumber, List<Refund>> back = given.get();
    OrderPartsJson.Parts known = partsAsked.get();
    AftersalesJson.Cases cases = casesAsked.get();
    Map<Wanted, Belongings> found = new HashMap<>();
    for (Wanted one : wanted) {
      OrderNumber order = one.order();
      List<Refund> refunds = back.getOrDefault(order, List.of());
      found.put(
          one,
          new Belongings(
              one.named() ? person.get(order.value()) : null,
              tried.getOrDefault(order, List.of()),
              one.paid() ? refunds : automatic(refunds),
              one.paid() ? RefundedPiecesBatch.of(lines.getOrDefault(order, List.of())) : Map.of(),
              one.paid() ? known : OrderPartsJson.Parts.NONE,
              cases));
    }
    return found;
  }

  private static List<OrderNumber> numbers(List<Wanted> wanted, Predicate<Wanted> which) {
    return wanted.stream().filter(which).map(Wanted::order).toList();
  }

  /** Of no orders nothing is asked. */
  private static <K, V> Supplier<Map<K, V>> ask(
      Questions questions,
      List<OrderNumber> orders,
      Function<List<OrderNumber>, Question<Map<K, V>>> question) {
    return orders.isEmpty() ? Map::of : questions.add(question.apply(orders))::get;
  }

  private static List<Refund> automatic(List<Refund> refunds) {
    return refunds.stream().filter(refund -> refund.reason() != Refund.Reason.CUSTOMER).toList();
  }

  private Belongings of(Order order, boolean named) {
    return Objects.requireNonNull(
        belongings.read(new Wanted(order.number(), order.paidAt() != null, named)));
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
    return detail(order, of(order, true));
  }

  /** The same for a place that can't forget: nobody is in it. */
  byte[] withoutPeople(Order order) {
    return detail(
            order.state() instanceof OrderState.Cancelled state ? marked(order, state) : order,
            of(order, false))
        .json();
  }

  private static Order marked(Order order, OrderState.Cancelled state) {
    return state.reason().equals(OrderState.Cancelled.BY_CUSTOMER)
        ? order
        : order.saying(
            new OrderState.Cancelled(
                state.closedAt(), WordsMark.REASON + WordsMark.cancellation(order.number())));
  }

  private static Detail detail(Order order, Belongings found) {
    Consignee person = found.person();
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
