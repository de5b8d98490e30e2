package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.shop.aftersales.RefundCase;
import io.tidegate.shop.aftersales.RefundCaseId;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundRefusal;
import io.tidegate.shop.aftersales.RequestRefund;
import io.tidegate.shop.aftersales.RequestReturn;
import io.tidegate.shop.aftersales.ResolveRefund;
import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnCommand;
import io.tidegate.shop.aftersales.ReturnId;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.aftersales.ReturnRefusal;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundDecisions;
import java.util.List;

/** What customers get back: of what was paid twice, of orders, for goods that they send. */
final class EveryRefund {

  /** More than the limit of one person's refunds. */
  private static final int DEAR_PIECES = 5;

  private final EveryEvent shop;

  EveryRefund(EveryEvent shop) {
    this.shop = shop;
  }

  /** A second capture of a paid order goes back. */
  void aSecondCaptureIsGivenBack() {
    OrderNumber number = shop.placed(shop.skus().get(0));
    Attempt attempt = shop.pay(number, "first", 0);
    shop.capture(attempt, "second", 0);
    shop.tellUntil(number, "refund.succeeded.v1");
  }

  /** And where the provider refuses to, a person is asked. */
  void aRefundIsRefused() {
    OrderNumber number = shop.placed(shop.skus().get(0));
    shop.provider().refuseRefundsOf(number);
    Attempt attempt = shop.pay(number, "first", 0);
    shop.capture(attempt, "second", 0);
    shop.tellUntil(number, "refund.failed.v1");
  }

  /** A person ends it: the money stays. */
  void aRefundIsGivenUp() {
    aRefundIsEnded(RefundChoice.GIVE_UP);
  }

  /** A person ends it: another number takes its place. */
  void aRefundIsReplaced() {
    aRefundIsEnded(RefundChoice.NEW_NUMBER);
  }

  private void aRefundIsEnded(RefundChoice choice) {
    OrderNumber number = shop.placed(shop.skus().get(0));
    shop.provider().refuseRefundsOf(number);
    shop.capture(shop.pay(number, "first", 0), "second", 0);
    shop.tellUntil(number, "refund.failed.v1");
    var waiting = shop.stores().refunds().refunds(number).getFirst();
    shop.foundation()
        .database()
        .write(
            "give up",
            tx ->
                new RefundDecisions(shop.foundation().events())
                    .decide(
                        tx,
                        new RefundDecisions.Decide(
                            waiting.id(),
                            waiting.version(),
                            choice,
                            null,
                            TraceContext.fresh().traceparent())));
  }

  /** And where the provider takes it back, a person is asked as well. */
  void aRefundIsTakenBack() {
    OrderNumber number = shop.placed(shop.skus().get(0));
    shop.capture(shop.pay(number, "first", 0), "second", 0);
    shop.tellUntil(number, "refund.succeeded.v1");
    shop.provider().refuseRefundsOf(number);
    shop.run(
        "update payment.refund set check_at = clock_timestamp() where order_number = " + number);
    shop.tellUntil(number, "refund.reversed.v1");
  }

  /** One return is paid, another one is rejected. */
  void goodsComeBack() {
    OrderNumber number = shop.aDeliveredOrder();
    ReturnId first = returned(number, 1);
    run(new ReturnCommand.Approve(first, "eve"));
    run(new ReturnCommand.SendBack(first, EveryEvent.USER, "SF", "SF1"));
    run(new ReturnCommand.Receive(first, null, "sha", "eve"));
    run(new ReturnCommand.Inspect(first, null, null, "eve"));
    run(new ReturnCommand.Reject(returned(number, 2), "worn", "eve"));
    shop.tellUntil(number, "return.done.v1");
  }

  private ReturnId returned(OrderNumber number, int line) {
    Outcome<ReturnCase, ReturnRefusal> outcome =
        shop.services()
            .returns()
            .request(
                new RequestReturn(
                    number,
                    EveryEvent.USER,
                    List.of(new ReturnLine(line, 1)),
                    "too small",
                    List.of()),
                new IdempotencyTable.Entry(shop.key(), shop.key(), 0),
                TraceContext.fresh().traceparent());
    return ((Outcome.Applied<ReturnCase, ReturnRefusal>) outcome).value().id();
  }

  private void run(ReturnCommand command) {
    assertThat(shop.services().returns().run(command, TraceContext.fresh().traceparent()))
        .isInstanceOf(Outcome.Applied.class);
  }

  /** By parts; the provider takes one back; what two people must approve is given up. */
  void customersAreRefunded() {
    OrderNumber number = shop.placed(shop.skus().get(0), shop.skus().get(1));
    shop.pay(number, "first", 0);
    ask(number, List.of(new RequestRefund.Pieces(1, 1)));
    shop.tellUntil(number, "order.partially_refunded.v1");
    ask(number, List.of());
    shop.tellUntil(number, "order.refunded.v1");
    shop.provider().refuseRefundsOf(number);
    shop.run(
        "update payment.refund set check_at = clock_timestamp() where order_number = " + number);
    shop.tellUntil(number, "order.refund_reversed.v1");

    OrderNumber dear = aDearOrder();
    RefundCaseId asked = ask(dear, List.of());
    shop.tellUntil(dear, "refund.approval_needed.v1");
    RefundDesk desk =
        new RefundDesk(
            shop.services().refundGround(),
            shop.services().refunds(),
            shop.stores().refunds(),
            shop.services().refunding().inquiry());
    for (String staff : List.of("eve", "ann")) {
      assertThat(
              desk.resolve(
                  new ResolveRefund(
                      asked.toString(), null, RefundChoice.GIVE_UP, null, null, staff, "")))
          .isInstanceOf(Outcome.Applied.class);
    }
    shop.tellUntil(dear, "refund.refused.v1");
  }

  /** A paid order that costs more than one person may give back. */
  OrderNumber aDearOrder() {
    String dearest =
        shop.texts(
                "select code from catalog.sku where currency = 'CNY' order by price desc limit 1")
            .getFirst();
    OrderNumber number = shop.placed(new PlaceOrder.Line(dearest, DEAR_PIECES));
    shop.pay(number, "first", 0);
    return number;
  }

  void refusesRefundsOf(OrderNumber number) {
    shop.provider().refuseRefundsOf(number);
  }

  private RefundCaseId ask(OrderNumber number, List<RequestRefund.Pieces> pieces) {
    Outcome<RefundCase, RefundRefusal> outcome =
        shop.services()
            .refunds()
            .request(
                new RequestRefund(
                    number,
                    EveryEvent.USER,
                    pieces,
                    "changed my mind",
                    null,
                    new RequestRefund.Key(shop.key(), shop.key()),
                    EveryEvent.customer()));
    return ((Outcome.Applied<RefundCase, RefundRefusal>) outcome).value().id();
  }
}
