package io.tidegate.shop.ordering;

import io.tidegate.platform.messaging.Event;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An order that lives through its past at once, step by step by the rules, so that what it leaves
 * is what the lanes would have left. For large states that are made and not grown.
 *
 * <p>A step that the rules refuse is a mistake of whoever tells the past.
 */
public final class PastOrder {

  private final OrderFile file;
  private final List<Step> steps = new ArrayList<>(5);
  private final List<Event> events = new ArrayList<>(5);
  private int factsTold;

  private PastOrder(Order order, Cause cause) {
    this.file = new OrderFile(order, List.of(), List.of(), 0);
    steps.addAll(NewOrderStore.steps(order, cause));
    for (OrderFact fact : NewOrderStore.facts(order)) {
      events.add(OrderEventsJson.event(fact, cause.traceparent()));
    }
  }

  /** Places an order by the goods' prices; its stock is the caller's. */
  public static PastOrder placed(PlaceOrder command, Tariff tariff, Instant payBefore) {
    return switch (command.decide(tariff, command.number().createdAt(), payBefore)) {
      case Outcome.Applied<Order, PlaceOrder.Refusal>(Order order) ->
          new PastOrder(order, command.cause());
      case Outcome.AlreadyApplied<Order, PlaceOrder.Refusal> _ ->
          throw new IllegalStateException("an order is placed once");
      case Outcome.Refused<Order, PlaceOrder.Refusal>(PlaceOrder.Refusal why) ->
          throw new IllegalStateException("not placed: " + why);
    };
  }

  /** Opens an attempt to pay. */
  public void startPayment(
      String provider, Function<String, String> cashierUrl, Cause cause, Instant at) {
    Order order = order();
    take(
        OrderRules.decide(
            file,
            new OrderCommand.StartPayment(
                order.number(), order.userId(), provider, new byte[0], new byte[0], cause),
            at),
        cause);
    Attempt attempt = file.attempts().getLast();
    take(
        OrderRules.decide(
            file,
            new OrderCommand.NoteOpening(
                attempt.id(), new Opening.Opened(cashierUrl.apply(attempt.id().toString())), cause),
            at),
        cause);
  }

  /** The last attempt's provider has taken the money. */
  public void paid(String transaction, Cause cause, Instant at) {
    Attempt attempt = file.attempts().getLast();
    Capture capture =
        new Capture(
            attempt.id(), attempt.provider(), transaction, order().amounts().totalMoney(), at);
    take(OrderRules.decide(file, new OrderCommand.RecordCapture(capture, cause), at), cause);
  }

  /** Its deadline has passed; its attempts are closed at their providers. */
  public void closed(Cause cause, Instant at) {
    take(OrderRules.close(file, cause, at), cause);
    closeAttempts(cause, at);
  }

  /** Its customer gave it up; its attempts are closed at their providers. */
  public void cancelled(String reason, Cause cause, Instant at) {
    Order order = order();
    take(
        OrderRules.decide(
            file, new OrderCommand.Cancel(order.number(), order.userId(), reason, cause), at),
        cause);
    closeAttempts(cause, at);
  }

  private void closeAttempts(Cause cause, Instant at) {
    for (Attempt attempt : file.attempts()) {
      if (attempt.isOpen()) {
        take(OrderRules.decide(file, new OrderCommand.NoteClosed(attempt.id(), cause), at), cause);
      }
    }
  }

  /** Its only parcel is on its way. */
  public void shipped(Cause cause, Instant at) {
    take(OrderRules.shipped(file, true, cause, at), cause);
  }

  /** Its parcel has come. */
  public void delivered(Cause cause, Instant at) {
    take(OrderRules.delivered(file, cause, at), cause);
  }

  public void completed(Cause cause, Instant at) {
    take(OrderRules.complete(file, cause, at), cause);
  }

  private void take(Outcome<Changes, Refusal> outcome, Cause cause) {
    switch (outcome) {
      case Outcome.Applied<Changes, Refusal>(Changes changes) -> {
        file.apply(changes);
        steps.addAll(changes.steps());
        for (; factsTold < file.facts.size(); factsTold++) {
          events.add(OrderEventsJson.event(file.facts.get(factsTold), cause.traceparent()));
        }
      }
      case Outcome.AlreadyApplied<Changes, Refusal> _ ->
          throw new IllegalStateException("a past has no step twice");
      case Outcome.Refused<Changes, Refusal>(Refusal why) ->
          throw new IllegalStateException("the rules refuse it: " + why);
    }
  }

  public Order order() {
    return file.order();
  }

  /** What it came from, as a code; 0: nothing. */
  public int previous() {
    Status from = steps.getLast().from();
    return from == null ? 0 : from.code();
  }

  /** The stored form of its items. */
  public String items() {
    return OrderText.items(order().items());
  }

  /** The stored form of its history. */
  public String history() {
    return OrderText.steps(steps);
  }

  public List<Event> events() {
    return events;
  }

  public List<Attempt> attempts() {
    return file.attempts();
  }

  public List<Recorded> captures() {
    return file.newCaptures;
  }

  public List<Posting> postings() {
    return file.postings;
  }
}
