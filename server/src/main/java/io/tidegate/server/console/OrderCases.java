package io.tidegate.server.console;

import io.tidegate.shop.aftersales.RefundCase;
import io.tidegate.shop.aftersales.RefundLine;
import io.tidegate.shop.aftersales.RefundState;
import io.tidegate.shop.aftersales.RefundView;
import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was asked back of one order: refunds and returns, and the pieces that are refunded. */
final class OrderCases {
  private final List<RefundCase> refunds;
  private final List<ReturnCase> returns;
  private final List<Refund> money;

  private OrderCases(List<RefundCase> refunds, List<ReturnCase> returns, List<Refund> money) {
    this.refunds = refunds;
    this.returns = returns;
    this.money = money;
  }

  /**
   * Reads them; an order that was never paid has none.
   *
   * @param money all refunds of the order at providers
   */
  static OrderCases of(OrderSources.Cases sources, Order order, List<Refund> money) {
    return order.paidAt() == null
        ? new OrderCases(List.of(), List.of(), List.of())
        : new OrderCases(
            sources.refunds().ofOrder(order.number()), sources.returns().of(order.number()), money);
  }

  private record Dated(Instant at, OrderDetail.Case shown) {}

  /** In the order in which they were asked for. */
  List<OrderDetail.Case> shown(ZoneId zone, Texts t) {
    List<Dated> all = new ArrayList<>();
    refunds.forEach(each -> all.add(new Dated(each.progress().createdAt(), refund(each, zone, t))));
    returns.forEach(each -> all.add(new Dated(each.createdAt(), goods(each, zone, t))));
    all.sort(Comparator.comparing(Dated::at));
    return all.stream().map(Dated::shown).toList();
  }

  private OrderDetail.Case refund(RefundCase asked, ZoneId zone, Texts t) {
    String state = RefundView.of(asked, money).state();
    return new OrderDetail.Case(
        asked.id().toString(),
        RefundPage.PATH + "/" + asked.id(),
        t.of("refunds.kind." + asked.kind().wire()),
        new OrderList.State(state, t.of("refund_state." + state)),
        t.with("returns.pieces", asked.lines().stream().mapToInt(RefundLine::quantity).sum()),
        Shown.money(asked.amount()),
        Shown.moment(asked.progress().createdAt(), zone));
  }

  private static OrderDetail.Case goods(ReturnCase returned, ZoneId zone, Texts t) {
    String state = returned.state().wire();
    return new OrderDetail.Case(
        returned.id().toString(),
        ReturnPage.PATH + "/" + returned.id(),
        t.of("returns.return"),
        new OrderList.State(state, t.of("return_state." + state)),
        t.with("returns.pieces", returned.lines().stream().mapToInt(ReturnLine::quantity).sum()),
        "",
        Shown.moment(returned.createdAt(), zone));
  }

  /** Pieces of each line that are refunded, by the line's number from 1. */
  Map<Integer, Integer> refundedPieces() {
    Map<Integer, Integer> pieces = new HashMap<>();
    refunds.stream()
        .filter(each -> each.state() == RefundState.SUCCEEDED)
        .flatMap(each -> each.lines().stream())
        .forEach(line -> pieces.merge(line.line(), line.quantity(), Integer::sum));
    return pieces;
  }
}
