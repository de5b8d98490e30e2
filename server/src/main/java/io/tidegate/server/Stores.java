package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.Event;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.fulfilment.FactLog;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.points.PointsStore;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The tables of all nouns, lowest first, and the goods that are read from memory. */
record Stores(
    Foundation foundation,
    ConsigneeStore consignees,
    AddressStore addresses,
    Catalog catalog,
    StockStore stock,
    PointsStore points,
    CouponStore coupons,
    RedPacketStore redPackets,
    MessageStore messages,
    PaymentStore payments,
    RefundStore refunds,
    FulfilmentStore fulfilment,
    DeadLetters deadLetters) {

  static Stores of(Foundation foundation) {
    Database database = foundation.database();
    return new Stores(
        foundation,
        new ConsigneeStore(database),
        new AddressStore(database),
        new Catalog(new CatalogStore(database)),
        new StockStore(database),
        new PointsStore(database),
        new CouponStore(database),
        new RedPacketStore(database),
        new MessageStore(database),
        new PaymentStore(database),
        new RefundStore(database),
        fulfilment(foundation),
        new DeadLetters(database));
  }

  /** Makes the partitions of the time ahead. */
  void partitions() {
    Instant now = foundation.clock().instant();
    foundation.events().partitions();
    OrderService.preparePartitions(foundation.database(), now);
    payments.preparePartitions(now);
    ConsigneeStore.prepare(foundation.database(), now);
    fulfilment.prepare(now);
  }

  /** Puts in the demo's goods where they are wanted and missing, and reads all goods. */
  void loadGoods(Consumer<String> progress) {
    Settings.Demo demo = foundation.settings().demo();
    if (demo.on()) {
      long loaded = new DemoGoods(foundation.database(), warehouses()).load(demo.skus(), _ -> {});
      if (loaded > 0) {
        progress.accept("demo goods are loaded, " + loaded + " SKUs");
      }
    }
    catalog.refresh();
  }

  static List<String> warehouses() {
    return Warehouses.demo().all().stream().map(Warehouse::id).toList();
  }

  static FulfilmentSettings fulfilmentSettings(Settings settings) {
    return settings.demo().on() ? FulfilmentSettings.demo() : FulfilmentSettings.real("standard");
  }

  private static FulfilmentStore fulfilment(Foundation foundation) {
    FactLog facts =
        (tx, told) ->
            foundation
                .events()
                .append(
                    tx,
                    told.stream()
                        .map(fact ->
                            new Event(
                                fact.type(),
                                fact.orderNumber(),
                                fact.version(),
                                fact.at(),
                                fact.traceparent(),
                                fact.json()))
                        .toList());
    return new FulfilmentStore(
        foundation.database(), Warehouses.demo(), fulfilmentSettings(foundation.settings()), facts);
  }
}
