package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.ordering.AftersalesJson;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.Refund;
import java.util.List;
import java.util.function.Function;

/**
 * What an order's page shows of its refunds, customers' by seq, then automatic ones, and of its
 * returns.
 */
public final class OrderAftersalesJson implements AftersalesJson {

  private final Function<OrderNumber, List<RefundCase>> refunds;
  private final ReturnCaseStore returns;
  private final boolean withWords;

  public OrderAftersalesJson(RefundService refunds, ReturnCaseStore returns) {
    this(refunds::ofOrder, returns, true);
  }

  private OrderAftersalesJson(
      Function<OrderNumber, List<RefundCase>> refunds, ReturnCaseStore returns, boolean withWords) {
    this.refunds = refunds;
    this.returns = returns;
    this.withWords = withWords;
  }

  /** The same with marks ({@link WordsMark}) in the place of what people wrote. */
  public static OrderAftersalesJson withoutWords(RefundCaseStore refunds, ReturnCaseStore returns) {
    return new OrderAftersalesJson(refunds::ofOrder, returns, false);
  }

  @Override
  public void write(JsonWriter json, Order order, List<Refund> given) {
    json.name("refunds").beginArray();
    if (order.paidAt() != null) {
      refunds.apply(order.number()).forEach(asked -> write(json, RefundView.of(asked, given)));
    }
    given.stream()
        .filter(money -> money.reason() != Refund.Reason.CUSTOMER)
        .forEach(money -> RefundJson.write(json, RefundView.automatic(money)));
    json.endArray().name("returns").beginArray();
    if (mayHaveReturns(order.status())) {
      returns.of(order.number()).forEach(each -> write(json, each));
    }
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

  /** Goods that never left can't come back: most orders' pages are spared a look. */
  private static boolean mayHaveReturns(Status status) {
    return switch (status) {
      case SHIPPED, DELIVERED, COMPLETED, REFUNDED -> true;
      case AWAITING_PAYMENT, AWAITING_SHIPMENT, PARTIALLY_SHIPPED, CLOSED, CANCELLED -> false;
    };
  }
}
