package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Hears that money is back, or came again, and looks at the money itself: so twice, or in another
 * order, ends in the same state (E4).
 */
final class RefundMoneyConsumer implements EventHandler {

  private final RefundGround ground;
  private final Runnable due;

  /**
   * @param due told after each commit that steps are due
   */
  RefundMoneyConsumer(RefundGround ground, Runnable due) {
    this.ground = ground;
    this.due = due;
  }

  @Override
  public String name() {
    return "refunds";
  }

  @Override
  public Set<String> types() {
    return Set.of("refund.succeeded.v1", "refund.reversed.v1");
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    List<OrderNumber> orders =
        events.stream().map(event -> new OrderNumber(event.key())).distinct().sorted().toList();
    RefundBatch refunds = RefundBatch.load(tx, ground, orders);
    Map<RefundId, Refund> money = new HashMap<>();
    RefundStore.lock(tx, orders.stream().mapToLong(OrderNumber::value).toArray())
        .forEach(each -> money.put(each.id(), each));
    Instant now = tx.now();
    for (OrderNumber order : orders) {
      for (RefundCase each : refunds.ofOrder(order)) {
        Refund found = each.money() == null ? null : money.get(each.money());
        if (found != null) {
          look(refunds, each, found, now);
        }
      }
    }
    refunds.save(tx);
  }

  private static void look(RefundBatch refunds, RefundCase each, Refund money, Instant now) {
    String provider = "provider:" + money.provider();
    boolean reversed = money.state() == Refund.State.REVERSED;
    switch (each.state()) {
      case AT_PROVIDER, REVERSED -> {
        if (money.isBack()) {
          Instant at = money.succeededAt();
          refunds.put(each.moneyBack(at == null ? now : at, provider, now));
        } else if (reversed && each.state() == RefundState.AT_PROVIDER) {
          refunds.put(each.reversed(now));
        }
      }
      // What follows the money has not been done yet: it waits until the money is back again.
      case MONEY_BACK -> {
        if (reversed) {
          refunds.put(each.reversed(now));
        }
      }
      case SUCCEEDED -> {
        if (reversed) {
          reopen(refunds, each, now);
        }
      }
      // It has no money, or none that counts.
      case REQUESTED, STOPPING, AWAITING_APPROVAL, REFUSING, REFUSED -> {}
    }
  }

  /** M9: the order is open again, and what discounts had paid counts again. */
  private static void reopen(RefundBatch refunds, RefundCase each, Instant now) {
    OrderNumber order = each.id().order();
    refunds.orders().reversed(order, CasePart.of(each), Cause.system(each.traceparent()), now);
    CasePart.givenAgain(each, Objects.requireNonNull(refunds.orders().find(order)).order(), now)
        .forEach(refunds::post);
    refunds.put(each.reversed(now));
  }

  @Override
  public void committed() {
    ground.published().run();
    due.run();
  }
}
