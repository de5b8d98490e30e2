package io.tidegate.server.console;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;

/** Where the console reads orders and what belongs to them. */
public record OrderSources(
    OrderService orders,
    OrderPartsJson parts,
    FulfilmentStore fulfilment,
    Warehouses warehouses,
    PaymentStore payments,
    RefundStore refunds,
    ConsigneeStore consignees,
    Catalog catalog) {}
