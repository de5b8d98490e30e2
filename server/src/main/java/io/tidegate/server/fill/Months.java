package io.tidegate.server.fill;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** The partitions of months that have passed. */
final class Months {

  private Months() {}

  /** Makes what is missing between two moments, and what a start would make now. */
  static void prepare(Database database, EventLog log, Instant from, Instant to, Instant now) {
    log.partitions();
    FulfilmentStore fulfilment =
        new FulfilmentStore(database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {});
    // Each call makes last month's and some ahead.
    ZonedDateTime month = from.atZone(ZoneOffset.UTC).withDayOfMonth(1).plusMonths(1);
    while (!month.toInstant().isAfter(to)) {
      prepare(database, fulfilment, month.toInstant());
      month = month.plusMonths(1);
    }
    prepare(database, fulfilment, now);
  }

  private static void prepare(Database database, FulfilmentStore fulfilment, Instant at) {
    OrderService.preparePartitions(database, at);
    new PaymentStore(database).preparePartitions(at);
    ConsigneeStore.prepare(database, at);
    fulfilment.prepare(at);
    StockStore.prepare(database, at);
    RefundCaseStore.preparePartitions(database, at);
    ReturnCaseStore.preparePartitions(database, at);
  }
}
