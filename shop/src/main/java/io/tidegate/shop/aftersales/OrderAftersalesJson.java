package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Questions;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.ordering.AftersalesJson;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.Refund;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What an order's page shows of its refunds, customers' by seq, then automatic ones, and of its
 * returns.
 */
public final class OrderAftersalesJson implements AftersalesJson {

  private final boolean withWords;

  private OrderAftersalesJson(boolean withWords) {
    this.withWords = withWords;
  }

  /** With what people wrote. */
  public static OrderAftersalesJson withWords() {
    return new OrderAftersalesJson(true);
  }

  /** With marks ({@link WordsMark}) in the place of what people wrote. */
  public static OrderAftersalesJson withoutWords() {
    return new OrderAftersalesJson(false);
  }

  @Override
  public Supplier<Cases> ask(Questions questions, Collection<OrderNumber> paid) {
    if (paid.isEmpty()) {
      return () -> cases(Map.of(), Map.of());
    }
    Questions.Answer<Map<OrderNumber, List<RefundCase>>> refunds =
        questions.add(RefundCaseStore.which(paid));
    Questions.Answer<Map<OrderNumber, List<ReturnCase>>> returns =
        questions.add(ReturnCaseStore.which(paid));
    return () -> cases(refunds.get(), returns.get());
  }

  private Cases cases(
      Map<OrderNumber, List<RefundCase>> asked, Map<OrderNumber, List<ReturnCase>> returns) {
    return (json, order, given) ->
        write(
            json,
            order.paidAt() == null ? List.of() : asked.getOrDefault(order.number(), List.of()),
            mayHaveReturns(order.status())
                ? returns.getOrDefault(order.number(), List.of())
                : List.of(),
            given);
  }

  /** Goods that never left can't come back: what came after the order's row is not of its page. */
  private static boolean mayHaveReturns(Status status) {
    return switch (status) {
      case SHIPPED, DELIVERED, COMPLETED, REFUNDED -> true;
      case AWAITING_PAYMENT, AWAITING_SHIPMENT, PARTIALLY_SHIPPED, CLOSED, CANCELLED -> false;
    };
  }

  private void write(
      JsonWriter json, List<RefundCase> asked, List<ReturnCase> returns, List<Refund> given) {
    json.name("refunds").beginArray();
    asked.forEach(one -> write(json, RefundView.of(one, given)));
    given.stream()
        .filter(money -> money.reason() != Refund.Reason.CUSTOMER)
        .forEach(money -> RefundJson.write(json, RefundView.automatic(money)));
    json.endArray().name("returns").beginArray();
    returns.forEach(one -> write(json, one));
    json.endArray();
  }

  private void write(JsonWriter json, RefundView refund) {
    if (withWords) {
      RefundJson.write(json, refund);
    } else {
      RefundJson.writeMarked(json, refund);
    }
  }

  private void write(JsonWriter json, ReturnCase returned) {
    if (withWords) {
      ReturnJson.write(json, returned);
    } else {
      ReturnJson.writeMarked(json, returned);
    }
  }
}
