package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.Event;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.cart.CartStore;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.flashsale.SaleBook;
import io.tidegate.shop.flashsale.SaleStore;
import io.tidegate.shop.fulfilment.DemoCouriers;
import io.tidegate.shop.fulfilment.FactLog;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FreightStore;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.reporting.ArchiveClient;
import io.tidegate.shop.reporting.ArchiveMonths;
import io.tidegate.shop.reporting.ArchiveRoutes;
import io.tidegate.shop.reporting.ArchiveService;
import io.tidegate.shop.reporting.ArchiveWordsStore;
import io.tidegate.shop.reporting.LateNoticeStore;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The tables of all nouns, lowest first, and the goods that are read from memory. */
record Stores(
    Foundation foundation,
    ConsigneeStore consignees,
    AddressStore addresses,
    PriceBook prices,
    StockStore stock,
    PointsStore points,
    CouponStore coupons,
    RedPacketStore redPackets,
    MessageStore messages,
    PaymentStore payments,
    RefundStore refunds,
    CartStore carts,
    FulfilmentStore fulfilment,
    FreightStore freightStore,
    FreightBook freight,
    PoolStore pools,
    SaleStore sales,
    SaleBook saleBook,
    DeadLetters deadLetters,
    ArchiveMonths archiveMonths,
    ArchiveService archive) {

  /** The goods at their list prices. */
  Catalog catalog() {
    return prices.catalog();
  }

  /** What goods cost and save, and what their carriage costs. */
  TariffBook tariffs() {
    return new TariffBook(prices, freight, foundation.settings().points());
  }

  static Stores of(Foundation foundation) {
    Database database = foundation.database();
    FreightStore freight = new FreightStore(database);
    SaleStore sales = new SaleStore(database);
    ConsigneeStore consignees = new ConsigneeStore(database);
    ArchiveMonths archiveMonths = new ArchiveMonths(database);
    archiveMonths.refresh();
    return new Stores(
        foundation,
        consignees,
        new AddressStore(database),
        new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database)),
        new StockStore(database),
        new PointsStore(database),
        new CouponStore(database),
        new RedPacketStore(database),
        new MessageStore(database),
        new PaymentStore(database),
        new RefundStore(database),
        new CartStore(database),
        fulfilment(foundation),
        freight,
        new FreightBook(freight),
        new PoolStore(database),
        sales,
        foundation.kept().keep(new SaleBook(sales)),
        new DeadLetters(database),
        archiveMonths,
        new ArchiveService(
            archiveMonths,
            new ArchiveClient(
                new ArchiveWay(foundation.ground().reports()),
                foundation.keys().secret(ArchiveRoutes.SECRET)),
            consignees,
            new ArchiveWordsStore(database),
            new LateNoticeStore(database)));
  }

  /** Makes the partitions of the time ahead. */
  void partitions() {
    Instant now = foundation.clock().instant();
    foundation.events().partitions();
    OrderService.preparePartitions(foundation.database(), now);
    payments.preparePartitions(now);
    ConsigneeStore.prepare(foundation.database(), now);
    fulfilment.prepare(now);
    StockStore.prepare(foundation.database(), now);
    RefundCaseStore.preparePartitions(foundation.database(), now);
    ReturnCaseStore.preparePartitions(foundation.database(), now);
  }

  /** Puts in the demo's goods where they are wanted and missing, and reads all goods. */
  void loadGoods(Consumer<String> progress) {
    Settings.Demo demo = foundation.settings().demo();
    if (demo.on()) {
      long loaded = new DemoGoods(foundation.database(), warehouses()).load(demo.skus(), _ -> {});
      if (loaded > 0) {
        progress.accept("demo goods are loaded, " + loaded + " SKUs");
      }
      freightStore.seed(DemoCouriers.all());
    }
    refreshGoods();
  }

  /** Takes over what staff of any node changed of goods, prices and freight. */
  void refreshGoods() {
    prices.refresh();
    freight.refresh();
  }

  static List<String> warehouses() {
    return Warehouses.demo().all().stream().map(Warehouse::id).toList();
  }

  static FulfilmentSettings fulfilmentSettings(Settings settings) {
    FulfilmentSettings fitting =
        settings.demo().on() ? FulfilmentSettings.demo() : FulfilmentSettings.real("standard");
    Settings.Fulfilment wished = settings.fulfilment();
    return fitting.polled(wished.warehousePoll(), wished.carrierPoll());
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
