package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Changes.StockMove;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What each command does to an order in each state. Pure; the compiler lists the cases. */
final class OrderRules {

  static final String DEADLINE = "payment_deadline";

  private OrderRules() {}

  static Outcome<Changes, Refusal> decide(OrderFile file, OrderCommand command, Instant now) {
    return switch (command) {
      case OrderCommand.StartPayment start -> start(file, start, now);
      case OrderCommand.NoteOpening note -> noteOpening(file, note);
      case OrderCommand.RecordCapture record -> capture(file, record, now);
      case OrderCommand.ParkCapture park -> park(file, park.capture(), now);
      case OrderCommand.ReturnParked back -> ParkedRules.giveBack(file, back, now);
      case OrderCommand.DismissParked dismiss -> ParkedRules.dismiss(file, dismiss, now);
      case OrderCommand.NoteClosed note -> noteClosed(file, note.payment());
      case OrderCommand.Cancel cancel -> cancel(file, cancel, now);
      case OrderCommand.ConfirmReceipt confirm -> confirm(file, confirm, now);
    };
  }

  private static Outcome<Changes, Refusal> start(
      OrderFile file, OrderCommand.StartPayment command, Instant now) {
    Order order = file.order();
    if (order.userId() != command.userId()) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return switch (order.state()) {
      case OrderState.AwaitingPayment(Instant payBefore) when !now.isBefore(payBefore) ->
          Outcome.refused(Refusal.NOT_PAYABLE);
      // No provider takes nothing, and the database has no attempt of it.
      case OrderState.AwaitingPayment _ when order.amounts().total() <= 0 ->
          Outcome.refused(Refusal.NOT_PAYABLE);
      case OrderState.AwaitingPayment _ when file.attempts().size() >= PaymentId.PER_ORDER_MAX ->
          Outcome.refused(Refusal.TOO_MANY_PAYMENTS);
      case OrderState.AwaitingPayment _ ->
          Outcome.applied(
              Changes.of(order)
                  .attempt(
                      Attempt.created(
                          file.nextPayment(),
                          command.provider(),
                          command.method(),
                          order.amounts().totalMoney(),
                          now,
                          OrderCommand.attemptEnds(order))));
      case OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _ ->
          Outcome.refused(Refusal.ALREADY_PAID);
      case OrderState.Closed _, OrderState.Cancelled _, OrderState.Refunded _ ->
          Outcome.refused(Refusal.NOT_PAYABLE);
    };
  }

  private static Outcome<Changes, Refusal> noteOpening(
      OrderFile file, OrderCommand.NoteOpening command) {
    Attempt attempt = file.attempt(command.payment());
    if (attempt == null) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return switch (attempt.state()) {
      case CREATED, UNKNOWN ->
          Outcome.applied(
              Changes.of(file.order())
                  .attempt(
                      switch (command.opening()) {
                        case Opening.Opened(String url, String name) -> attempt.opened(url, name);
                        case Opening.Refused _ -> attempt.failed();
                        case Opening.Unknown _ -> attempt.unknown();
                      }));
      // Its callback, or somebody who asked, was faster than the answer.
      case PENDING, CAPTURED, FAILED, CLOSED, PARKED ->
          Outcome.alreadyApplied(Changes.of(file.order()));
    };
  }

  private static Outcome<Changes, Refusal> noteClosed(OrderFile file, PaymentId id) {
    Attempt attempt = file.attempt(id);
    if (attempt == null) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return attempt.isOpen()
        ? Outcome.applied(Changes.of(file.order()).attempt(attempt.closed()))
        : Outcome.alreadyApplied(Changes.of(file.order()));
  }

  /** A verified capture pays its order, or goes back to the customer, or waits for a person. */
  private static Outcome<Changes, Refusal> capture(
      OrderFile file, OrderCommand.RecordCapture command, Instant now) {
    Capture capture = command.capture();
    Attempt attempt = file.attempt(capture.payment());
    if (attempt == null || !attempt.provider().equals(capture.provider())) {
      return Outcome.refused(Refusal.NOT_FOUND); // E6: the provider repeats it
    }
    if (file.knows(capture)) {
      return Outcome.alreadyApplied(Changes.of(file.order())); // C2
    }
    if (!capture.pays(file.order().amounts().totalMoney())) {
      return Outcome.applied(parked(file, attempt, capture, now)); // M3, in whatever state
    }
    return Outcome.applied(
        switch (file.order().state()) {
          case OrderState.AwaitingPayment _ -> paid(file, attempt, command, now);
          case OrderState.AwaitingShipment _,
              OrderState.PartiallyShipped _,
              OrderState.Shipped _,
              OrderState.Delivered _,
              OrderState.Completed _ ->
              givenBack(file, attempt, capture, Capture.Verdict.SECOND, now); // M4
          case OrderState.Closed _, OrderState.Cancelled _, OrderState.Refunded _ ->
              givenBack(file, attempt, capture, Capture.Verdict.LATE, now); // M5
        });
  }

  private static Changes paid(
      OrderFile file, Attempt attempt, OrderCommand.RecordCapture command, Instant now) {
    Order before = file.order();
    Order after = before.with(new OrderState.AwaitingShipment(now));
    Capture capture = command.capture();
    Changes changes =
        Changes.of(after, StockMove.SELL)
            .step(step(before, after, "order.paid", command.cause(), now))
            .attempt(attempt.captured(capture.capturedAt()))
            .capture(new Recorded(capture, Capture.Verdict.PAID, now))
            .fact(new OrderFact.Paid(after, capture, now));
    given(after, now).forEach(changes::post);
    closeOthers(file, attempt, changes, now);
    return changes;
  }

  /** What its discounts paid in its customer's place (M10). */
  static List<Posting> given(Order order, Instant at) {
    List<Posting> postings = new ArrayList<>(0);
    for (Discount discount : order.discounts()) {
      String account =
          switch (discount.kind()) {
            case PROMOTION -> Posting.PROMOTIONS;
            case COUPON -> Posting.COUPONS;
            case POINTS -> Posting.POINTS;
            case RED_PACKET -> Posting.RED_PACKETS;
          };
      postings.add(
          Posting.given(
              order.number(),
              at,
              account,
              new Money(discount.amount(), order.amounts().currency()),
              discount.kind().wire() + ":" + discount.id()));
    }
    return postings;
  }

  /**
   * M3: whatever state the order is in, it is neither paid by this nor given anything back. The
   * attempt stays as it is: our own account may have been paid for it, or still be.
   */
  private static Outcome<Changes, Refusal> park(OrderFile file, Capture capture, Instant now) {
    Attempt attempt = file.attempt(capture.payment());
    if (attempt == null || !attempt.provider().equals(capture.provider())) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return file.knows(capture)
        ? Outcome.alreadyApplied(Changes.of(file.order()))
        : Outcome.applied(
            Changes.of(file.order())
                .capture(Recorded.parked(capture, Parking.Why.MISDIRECTED, now))
                .fact(new OrderFact.Parked(file.order(), capture, now)));
  }

  /**
   * What a notice claims beside the order's total is not believed, so nothing goes back by itself:
   * its provider would refuse to give back more than it took.
   */
  private static Changes parked(OrderFile file, Attempt attempt, Capture capture, Instant now) {
    Changes changes =
        Changes.of(file.order())
            .capture(Recorded.parked(capture, Parking.Why.AMOUNT, now))
            .fact(new OrderFact.Parked(file.order(), capture, now));
    return attempt.state() == Attempt.State.CAPTURED ? changes : changes.attempt(attempt.parked());
  }

  /** The refund's number is written here, before any call to the provider (M6). */
  private static Changes givenBack(
      OrderFile file, Attempt attempt, Capture capture, Capture.Verdict verdict, Instant now) {
    Refund.Reason reason =
        verdict == Capture.Verdict.SECOND ? Refund.Reason.SECOND : Refund.Reason.LATE;
    Refund refund = Refund.requested(file.nextRefund(), capture, reason, now);
    return Changes.of(file.order())
        .attempt(attempt.captured(capture.capturedAt()))
        .capture(new Recorded(capture, verdict, now))
        .refund(refund)
        .fact(new OrderFact.GivenBack(file.order(), refund, now));
  }

  private static Outcome<Changes, Refusal> cancel(
      OrderFile file, OrderCommand.Cancel command, Instant now) {
    Order order = file.order();
    if (order.userId() != command.userId()) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return switch (order.state()) {
      case OrderState.AwaitingPayment _ ->
          Outcome.applied(
              ended(
                  file,
                  new OrderState.Cancelled(now, command.reason()),
                  "order.cancelled",
                  // Words of a person are in no event: the log can't forget.
                  OrderState.Cancelled.BY_CUSTOMER,
                  command.cause(),
                  now));
      case OrderState.Cancelled _ -> Outcome.alreadyApplied(Changes.of(order));
      case OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _,
          OrderState.Closed _,
          OrderState.Refunded _ ->
          Outcome.refused(Refusal.NOT_CANCELLABLE);
    };
  }

  /** Closes an order whose deadline has passed, by the database's clock. */
  static Outcome<Changes, Refusal> close(OrderFile file, Cause cause, Instant now) {
    return switch (file.order().state()) {
      case OrderState.AwaitingPayment(Instant payBefore) when !now.isBefore(payBefore) ->
          Outcome.applied(
              ended(
                  file,
                  new OrderState.Closed(now, DEADLINE),
                  "order.closed",
                  DEADLINE,
                  cause,
                  now));
      case OrderState.AwaitingPayment _,
          OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _,
          OrderState.Closed _,
          OrderState.Cancelled _,
          OrderState.Refunded _ ->
          Outcome.alreadyApplied(Changes.of(file.order()));
    };
  }

  private static Changes ended(
      OrderFile file, OrderState next, String fact, String reason, Cause cause, Instant now) {
    Order before = file.order();
    Order after = before.with(next);
    Changes changes =
        Changes.of(after, StockMove.RELEASE)
            .step(step(before, after, fact, cause, now))
            .fact(new OrderFact.Ended(after, reason, now));
    for (Attempt attempt : file.attempts()) {
      if (attempt.isOpen()) {
        changes.attempt(attempt.toBeClosed(now));
      }
    }
    return changes;
  }

  private static Outcome<Changes, Refusal> confirm(
      OrderFile file, OrderCommand.ConfirmReceipt command, Instant now) {
    if (file.order().userId() != command.userId()) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    return complete(file, command.cause(), now);
  }

  /** The goods have come: the customer says so, or ten days have passed since delivery. */
  static Outcome<Changes, Refusal> complete(OrderFile file, Cause cause, Instant now) {
    Order order = file.order();
    return switch (order.state()) {
      case OrderState.Shipped(Instant paidAt) ->
          Outcome.applied(moved(order, new OrderState.Completed(paidAt), cause, now));
      case OrderState.Delivered(Instant paidAt) ->
          Outcome.applied(moved(order, new OrderState.Completed(paidAt), cause, now));
      case OrderState.Completed _ -> Outcome.alreadyApplied(Changes.of(order));
      case OrderState.AwaitingPayment _,
          OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Closed _,
          OrderState.Cancelled _,
          OrderState.Refunded _ ->
          Outcome.refused(Refusal.NOT_CONFIRMABLE);
    };
  }

  /**
   * A parcel is on its way.
   *
   * @param all whether it was the order's last one
   */
  static Outcome<Changes, Refusal> shipped(OrderFile file, boolean all, Cause cause, Instant now) {
    Order order = file.order();
    return switch (order.state()) {
      case OrderState.AwaitingShipment(Instant paidAt) ->
          Outcome.applied(
              moved(
                  order,
                  all ? new OrderState.Shipped(paidAt) : new OrderState.PartiallyShipped(paidAt),
                  cause,
                  now));
      case OrderState.PartiallyShipped(Instant paidAt) when all ->
          Outcome.applied(moved(order, new OrderState.Shipped(paidAt), cause, now));
      case OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _,
          OrderState.Refunded _ ->
          Outcome.alreadyApplied(Changes.of(order));
      case OrderState.AwaitingPayment _, OrderState.Closed _, OrderState.Cancelled _ ->
          Outcome.refused(Refusal.NOT_CONFIRMABLE);
    };
  }

  /** All parcels have come. Told before "shipped" was heard, both are taken at once (E4). */
  static Outcome<Changes, Refusal> delivered(OrderFile file, Cause cause, Instant now) {
    Order order = file.order();
    return switch (order.state()) {
      case OrderState.Shipped(Instant paidAt) ->
          Outcome.applied(moved(order, new OrderState.Delivered(paidAt), cause, now));
      case OrderState.AwaitingShipment(Instant paidAt) -> throughShipped(order, paidAt, cause, now);
      case OrderState.PartiallyShipped(Instant paidAt) -> throughShipped(order, paidAt, cause, now);
      case OrderState.Delivered _, OrderState.Completed _, OrderState.Refunded _ ->
          Outcome.alreadyApplied(Changes.of(order));
      case OrderState.AwaitingPayment _, OrderState.Closed _, OrderState.Cancelled _ ->
          Outcome.refused(Refusal.NOT_CONFIRMABLE);
    };
  }

  private static Outcome<Changes, Refusal> throughShipped(
      Order order, Instant paidAt, Cause cause, Instant now) {
    Changes first = moved(order, new OrderState.Shipped(paidAt), cause, now);
    Changes second = moved(first.order(), new OrderState.Delivered(paidAt), cause, now);
    first.steps().addAll(second.steps());
    first.facts().addAll(second.facts());
    Changes both =
        new Changes(
            second.order(),
            StockMove.NONE,
            first.steps(),
            first.attempts(),
            first.captures(),
            first.refunds(),
            first.postings(),
            first.facts(),
            first.decided(),
            first.acts());
    return Outcome.applied(both);
  }

  private static Changes moved(Order before, OrderState next, Cause cause, Instant now) {
    Order after = before.with(next);
    return Changes.of(after)
        .step(step(before, after, "order." + after.status().wire(), cause, now))
        .fact(new OrderFact.Moved(after, now));
  }

  private static Step step(Order before, Order after, String fact, Cause cause, Instant now) {
    return new Step(
        after.version(),
        now,
        before.status(),
        after.status(),
        fact,
        cause.actor(),
        cause.traceId());
  }

  private static void closeOthers(OrderFile file, Attempt paying, Changes changes, Instant now) {
    for (Attempt attempt : file.attempts()) {
      if (attempt.isOpen() && attempt.id().seq() != paying.id().seq()) {
        changes.attempt(attempt.toBeClosed(now));
      }
    }
  }
}
