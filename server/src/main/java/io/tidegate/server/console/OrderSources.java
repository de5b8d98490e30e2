package io.tidegate.server.console;

import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.reporting.ArchiveService;
import java.util.List;
import java.util.function.Function;

/** Where the console reads orders and what belongs to them. */
public record OrderSources(
    OrderService orders,
    Function<Order, List<OrderPartsJson.Effect>> effects,
    FulfilmentStore fulfilment,
    Warehouses warehouses,
    PaymentStore payments,
    RefundStore refunds,
    ConsigneeStore consignees,
    Catalog catalog,
    Named named,
    Cases cases,
    ArchiveService archive) {

  /** What was asked back of orders. */
  public record Cases(RefundCaseStore refunds, ReturnCaseStore returns) {}

  /** What orders name by an id only. */
  public record Named(PromotionStore promotions, CouponStore coupons, FreightBook freight) {}
}
