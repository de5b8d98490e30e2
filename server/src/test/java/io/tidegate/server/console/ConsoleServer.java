package io.tidegate.server.console;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.DemoGoods;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.feed.FeedReaders;
import io.tidegate.server.feed.ReplayActs;
import io.tidegate.shop.aftersales.ParkedDesk;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundGround;
import io.tidegate.shop.aftersales.RefundPolicy;
import io.tidegate.shop.aftersales.RefundService;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.aftersales.ReturnService;
import io.tidegate.shop.aftersales.ReturnWarehouses;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.flashsale.DrawStore;
import io.tidegate.shop.flashsale.Gates;
import io.tidegate.shop.flashsale.GrantCountStore;
import io.tidegate.shop.flashsale.GrantStore;
import io.tidegate.shop.flashsale.SaleBook;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleStore;
import io.tidegate.shop.fulfilment.DemoCouriers;
import io.tidegate.shop.fulfilment.FreightBook;
import io.tidegate.shop.fulfilment.FreightStore;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.TemplateDesk;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundChecks;
import io.tidegate.shop.payment.RefundInquiry;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.promotion.TermsDesk;
import io.tidegate.shop.reconciliation.DifferenceDesk;
import io.tidegate.shop.reconciliation.ReconciliationService;
import io.tidegate.shop.reporting.ArchiveClient;
import io.tidegate.shop.reporting.ArchiveMonths;
import io.tidegate.shop.reporting.ArchiveService;
import io.tidegate.shop.reporting.ArchiveWordsStore;
import io.tidegate.shop.reporting.LateNoticeStore;
import io.tidegate.shop.webhooks.WebhookService;
import io.tidegate.shop.webhooks.WebhookSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A console over a real database on a free port of loopback, wired as the program wires it. */
final class ConsoleServer implements AutoCloseable {
  static final int SKUS = 100;
  private static final AtomicLong KEYS = new AtomicLong();

  final Clock clock = Clock.system();
  final String url = TestPostgres.migratedDatabase();
  final Database database = new Database(DatabaseSettings.of(url), clock);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final EventLog log = new EventLog(database);
  final FulfilmentStore fulfilment =
      new FulfilmentStore(database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {});
  final DeadLetters deadLetters = new DeadLetters(database);
  final EffectService effects =
      new EffectService(
          new PointsStore(database),
          new CouponStore(database),
          new RedPacketStore(database),
          new MessageStore(database),
          fulfilment,
          EffectService.Rules.DEFAULT);
  final Tokens tokens =
      Tokens.local(
          IdentitySettings.local("tidegate", "tidegate"), new DatabaseKeys(database), clock);
  final Map<String, Boolean> parts = new LinkedHashMap<>(Map.of("database", true));
  final PriceBook prices =
      new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database));
  final FreightStore freight = new FreightStore(database);
  final SaleBook saleBook = new SaleBook(new SaleStore(database));
  final Gates gates =
      new Gates(saleBook, new PoolStore(database), new GrantStore(database), clock, 16, meters);
  final AnsweringProvider provider = new AnsweringProvider();
  final AnsweringReports reports = new AnsweringReports();
  final RecentCounts recent = RecentCounts.start(meters, reports::figures);
  final OrderService orders;
  final RefundService refunds;
  final EventFeed feed;
  final WebhookService webhooks;
  final ReturnService returns;
  final HttpServer server;

  ConsoleServer(int port) {
    Instant now = clock.instant();
    OrderService.preparePartitions(database, now);
    new PaymentStore(database).preparePartitions(now);
    ConsigneeStore.prepare(database, now);
    fulfilment.prepare(now);
    StockStore.prepare(database, now);
    RefundCaseStore.preparePartitions(database, now);
    ReturnCaseStore.preparePartitions(database, now);
    new DemoGoods(
            database, Warehouses.demo().all().stream().map(warehouse -> warehouse.id()).toList())
        .load(SKUS, _ -> {});
    prices.refresh();
    GoodsSearch search = new GoodsSearch(prices.catalog());
    freight.seed(DemoCouriers.all());
    FreightBook freightBook = new FreightBook(freight);
    freightBook.refresh();
    PaymentStore payments = new PaymentStore(database);
    ConsigneeStore consignees = new ConsigneeStore(database);
    orders =
        new OrderService(
            new OrderService.Ground(
                database,
                log,
                () -> {},
                TariffBook.of(database),
                consignees,
                payments,
                Map.of(),
                new OrderNumbers(clock, 1, () -> true),
                ConsoleServer::traceparent,
                meters),
            new OrderService.Settings(Duration.ofMinutes(15), Duration.ofDays(7), 0));
    OrderSources sources =
        new OrderSources(
            orders,
            order -> effects.shown().effects(database, order),
            fulfilment,
            Warehouses.demo(),
            payments,
            new RefundStore(database),
            consignees,
            prices.catalog(),
            new OrderSources.Named(
                new PromotionStore(database), new CouponStore(database), freightBook),
            new OrderSources.Cases(new RefundCaseStore(database), new ReturnCaseStore(database)),
            new ArchiveService(
                new ArchiveMonths(database),
                new ArchiveClient((_, _) -> new ArchiveClient.Answer(0, new byte[0]), new byte[16]),
                consignees,
                new ArchiveWordsStore(database),
                new LateNoticeStore(database)));
    RefundGround ground =
        new RefundGround(
            database,
            log,
            () -> {},
            new PerksBack(EffectService.Rules.DEFAULT, PointsSpending.DEFAULT),
            fulfilment,
            () -> {},
            new MessageStore(database),
            RefundPolicy.DEFAULT,
            Duration.ofDays(10));
    refunds = new RefundService(ground, meters);
    refunds.start();
    returns = new ReturnService(ground, refunds, Duration.ofDays(30));
    RefundDesk desk =
        new RefundDesk(
            ground,
            refunds,
            new RefundStore(database),
            new RefundInquiry(
                database,
                log,
                () -> {},
                Map.of(provider.name(), provider),
                () -> "",
                RefundChecks.USUAL));
    ReconciliationService books =
        new ReconciliationService(
            new ReconciliationService.Ground(
                database, Set.of("another", provider.name()), Map.of(), ConsoleShop.ZONE));
    feed = new EventFeed(database);
    webhooks =
        new WebhookService(
            new WebhookService.Ground(
                database,
                log,
                feed,
                clock,
                meters,
                "console",
                "/tidegate",
                new OutwardCalls(new OutwardCalls.Settings(false, WebhookSettings.CALL_MAX))),
            WebhookSettings.DEFAULT);
    Console console =
        new Console(
            new Console.Entry(
                StaffAccounts.single("admin", ConsoleShop.PASSWORD, Set.of("admin")),
                tokens,
                new DatabaseKeys(database).secret("console"),
                false),
            sources,
            new Console.Back(
                desk,
                returns,
                new ReturnWarehouses(
                    Warehouses.demo().all().stream().map(warehouse -> warehouse.id()).toList(),
                    fulfilment::shipments),
                new ParkedDesk(
                    database,
                    new ParkedService(orders, payments, Map.of(provider.name(), provider)),
                    RefundPolicy.DEFAULT),
                books,
                new DifferenceDesk(
                    new DifferenceDesk.Ground(
                        database,
                        orders,
                        payments,
                        Map.of(provider.name(), provider),
                        refunds,
                        desk,
                        () -> {}),
                    books),
                new StuckDesk(database, fulfilment, () -> {}),
                new GivenUpDesk(database, new MessageStore(database), () -> {})),
            new Console.Goods(
                prices,
                search,
                new StockStore(database),
                new StockDesk(
                    database,
                    log,
                    () -> {},
                    Warehouses.demo().all().stream().map(warehouse -> warehouse.id()).toList()),
                freight,
                freightBook),
            offers(),
            new Console.Engine(
                database,
                deadLetters,
                new AuditDesk(database, url),
                meters,
                () -> new ReadyCheck.Readiness(Map.copyOf(parts), true),
                new Console.Feed(
                    new FeedReaders(),
                    new ReplayActs(database, new ReplayDesk(database, Set.of("points"))),
                    () ->
                        Optional.of(
                            new Backlog(
                                7, 1.5, List.of(new Backlog.OfConsumer("points", 12, 3, 4)))),
                    Optional::empty,
                    webhooks.desk()),
                recent,
                reports),
            ConsoleShop.ZONE,
            clock);
    server =
        HttpServer.start(
            HttpSettings.onPort(port),
            tokens,
            clock,
            meters,
            List.of(
                console,
                new GoodsRoutes(
                    prices,
                    search,
                    new Availability(new StockStore(database), prices.catalog()::revision),
                    new Cursors(new byte[16]),
                    clock)));
  }

  private Console.Offers offers() {
    TemplateStore templates = new TemplateStore(database);
    CouponService coupons =
        new CouponService(database, templates, new CouponStore(database), clock);
    PromotionStore promotions = new PromotionStore(database);
    return new Console.Offers(
        new TemplateDesk(database, templates, coupons, Twins.standard()),
        TermsDesk.ofPriceLists(database, promotions, prices),
        TermsDesk.ofPromotions(database, promotions, prices),
        sales());
  }

  private Console.Sales sales() {
    gates.start();
    return new Console.Sales(
        new SaleDesk(database, log, () -> {}, prices, saleBook, clock),
        new SaleStore(database),
        new PoolStore(database),
        new GrantCountStore(database),
        new DrawStore(database),
        gates::view);
  }

  /** A number that no other key has. */
  static long nextKey() {
    return KEYS.incrementAndGet();
  }

  static String traceparent() {
    byte[] id = ByteBuffer.allocate(16).putLong(0x5eed).putLong(nextKey()).array();
    return "00-" + HexFormat.of().formatHex(id) + "-00f067aa0ba902b7-01";
  }

  @Override
  public void close() {
    recent.close();
    server.close();
    webhooks.close();
    feed.close();
    gates.close();
    refunds.close();
    orders.close();
    database.close();
  }
}
