package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Recorded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parked captures, for whoever lets staff decide about them. A notice that is not to be believed is
 * not to be believed about its amount either: before money goes back its provider is asked.
 */
public final class ParkedService {

  private final OrderService orders;
  private final PaymentStore payments;
  private final Map<String, PaymentProvider> providers;

  public ParkedService(
      OrderService orders, PaymentStore payments, Map<String, PaymentProvider> providers) {
    this.orders = orders;
    this.payments = payments;
    this.providers = providers;
  }

  /** Why nothing was decided. */
  public enum Refusal {
    NOT_FOUND,
    /** It is for somebody else's account: dismiss it. */
    MISDIRECTED,
    /** It was dismissed, or given back, before. */
    ALREADY_DECIDED,
    /** Asked, the provider says that it took no such money: dismiss it. */
    NOT_TAKEN,
    /** The provider couldn't be asked: try again later. */
    PROVIDER_UNAVAILABLE
  }

  /**
   * Captures that wait, in the order of their orders' numbers.
   *
   * @param afterOrder 0 for the first page, else the order's number of the last one of a page
   * @param most of one page; a few more where an order has several, which are never cut apart
   */
  public List<Recorded> waiting(long afterOrder, int most) {
    return payments.parked(afterOrder, most);
  }

  /**
   * What would go back: what the provider says now that it took, or what was decided before.
   *
   * @return never already applied
   */
  public Outcome<Money, Refusal> taken(OrderNumber order, String provider, String transaction) {
    Optional<Recorded> found = find(order, provider, transaction);
    if (found.isEmpty()) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    Recorded parked = found.get();
    if (!parked.waits() || isMisdirected(parked)) {
      return Outcome.applied(parked.taken());
    }
    return switch (ask(parked.capture())) {
      case Standing.Captured(Capture really) when really.transaction().equals(transaction) ->
          Outcome.applied(really.amount());
      case Standing.Captured _, Standing.Closed _, Standing.Open _ ->
          Outcome.refused(Refusal.NOT_TAKEN);
      case Standing.Unknown _ -> Outcome.refused(Refusal.PROVIDER_UNAVAILABLE);
    };
  }

  /**
   * Gives a parked capture back, once: a refund of what the provider took is written.
   *
   * @param taken as {@link #taken} told it
   * @param staff who decides: the token's subject
   */
  public Outcome<Result, Refusal> giveBack(
      OrderNumber order,
      String provider,
      String transaction,
      Money taken,
      String staff,
      Cause cause) {
    return outcome(
        orders.run(
            new OrderCommand.ReturnParked(order, provider, transaction, taken, staff, cause)));
  }

  /**
   * Dismisses a parked capture, once: nothing goes back.
   *
   * @param reason for the record, without personal data
   * @param staff who decides: the token's subject
   */
  public Outcome<Result, Refusal> dismiss(
      OrderNumber order,
      String provider,
      String transaction,
      String reason,
      String staff,
      Cause cause) {
    return outcome(
        orders.run(
            new OrderCommand.DismissParked(order, provider, transaction, reason, staff, cause)));
  }

  private Standing ask(Capture capture) {
    @Nullable PaymentProvider provider = providers.get(capture.provider());
    Optional<Attempt> attempt =
        payments.attempts(capture.payment().order()).stream()
            .filter(each -> each.id().equals(capture.payment()))
            .findFirst();
    return provider == null || attempt.isEmpty()
        ? new Standing.Unknown("no such provider here")
        : provider.query(attempt.get());
  }

  /** A parked capture, waiting or decided. */
  public Optional<Recorded> find(OrderNumber order, String provider, String transaction) {
    return payments.captures(order).stream()
        .filter(row -> row.verdict() == Capture.Verdict.PARKED)
        .filter(row -> row.capture().provider().equals(provider))
        .filter(row -> row.capture().transaction().equals(transaction))
        .findFirst();
  }

  private static boolean isMisdirected(Recorded row) {
    return row.parking() != null && row.parking().why() == Parking.Why.MISDIRECTED;
  }

  private static Outcome<Result, Refusal> outcome(Outcome<Result, OrderCommand.Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Result, OrderCommand.Refusal>(Result result) -> Outcome.applied(result);
      case Outcome.AlreadyApplied<Result, OrderCommand.Refusal>(Result result) ->
          Outcome.alreadyApplied(result);
      case Outcome.Refused<Result, OrderCommand.Refusal>(OrderCommand.Refusal why) ->
          Outcome.refused(
              switch (why) {
                case NOT_FOUND -> Refusal.NOT_FOUND;
                case MISDIRECTED -> Refusal.MISDIRECTED;
                case ALREADY_DECIDED -> Refusal.ALREADY_DECIDED;
                case NOT_PAYABLE,
                    ALREADY_PAID,
                    NOT_CANCELLABLE,
                    NOT_CONFIRMABLE,
                    TOO_MANY_PAYMENTS,
                    KEY_REUSED ->
                    throw new IllegalStateException("no answer about what is parked: " + why);
              });
    };
  }
}
