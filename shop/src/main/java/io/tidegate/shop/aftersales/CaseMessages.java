package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.notification.Channel;
import io.tidegate.shop.notification.NewMessage;
import io.tidegate.shop.notification.ShownAmount;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What customers are told of refunds and returns: for {@link
 * io.tidegate.shop.notification.MessageStore#record} in the transaction that makes it true, once
 * for each refund or return.
 */
final class CaseMessages {

  private CaseMessages() {}

  /**
   * The money is back: never before the provider confirmed it (M8).
   *
   * @param seq of the refund's case
   */
  static NewMessage refunded(OrderNumber order, int seq, long userId, Money amount, Instant at) {
    return refund(order, seq, userId, "order_refunded", amount, at);
  }

  /** The refund was given up; what was undone for it is done again. */
  static NewMessage refused(OrderNumber order, int seq, long userId, Money amount, Instant at) {
    return refund(order, seq, userId, "refund_refused", amount, at);
  }

  /** The parcel had left before the warehouse was stopped. */
  static NewMessage tooLate(OrderNumber order, int seq, long userId, Money amount, Instant at) {
    return refund(order, seq, userId, "refund_too_late", amount, at);
  }

  private static NewMessage refund(
      OrderNumber order, int seq, long userId, String template, Money amount, Instant at) {
    return new NewMessage(
        order.value(),
        userId,
        template,
        "a" + seq,
        Channel.SMS,
        Map.of("number", order.toString(), "amount", ShownAmount.of(amount)),
        at);
  }

  /** What a customer hears of a return's last step, where that is not what they did themselves. */
  static Optional<NewMessage> of(ReturnCase returned) {
    ReturnStep step = returned.history().getLast();
    return switch (step.to()) {
      case APPROVED -> Optional.of(about(returned, "return_approved", Map.of(), step.at()));
      case REJECTED -> rejected(returned, step.at());
      // The money's message tells the end.
      case REQUESTED, IN_TRANSIT, RECEIVED, INSPECTED, DONE -> Optional.empty();
    };
  }

  private static Optional<NewMessage> rejected(ReturnCase returned, Instant at) {
    String why = returned.why();
    if (why == null || why.equals(ReturnCase.REFUND_REFUSED)) {
      return Optional.empty(); // the refund's message tells it
    }
    return Optional.of(
        why.equals(ReturnCase.NOT_ACCEPTED)
            ? about(returned, "return_not_accepted", Map.of(), at)
            : about(returned, "return_rejected", Map.of("why", why), at));
  }

  private static NewMessage about(
      ReturnCase returned, String template, Map<String, String> rest, Instant at) {
    Map<String, String> details = new HashMap<>(rest);
    details.put("number", returned.id().order().toString());
    details.put("return", returned.id().toString());
    return new NewMessage(
        returned.id().order().value(),
        returned.userId(),
        template,
        "t" + returned.id().seq(),
        Channel.PUSH,
        details,
        at);
  }
}
