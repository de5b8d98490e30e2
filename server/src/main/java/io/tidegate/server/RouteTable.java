package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.DocumentRoutes;
import io.tidegate.platform.http.HealthRoutes;
import io.tidegate.platform.http.MetricsRoutes;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.FeedPlaces;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.platform.messaging.StreamSender;
import io.tidegate.platform.messaging.StreamSettings;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.config.Settings;
import io.tidegate.server.console.Console;
import io.tidegate.server.console.OrderSources;
import io.tidegate.server.console.RecentCounts;
import io.tidegate.server.console.StaffAccounts;
import io.tidegate.server.feed.EventRoutes;
import io.tidegate.server.feed.FeedReaders;
import io.tidegate.server.feed.ReplayActs;
import io.tidegate.server.feed.ReplayRoutes;
import io.tidegate.shop.aftersales.CustomerWordsStore;
import io.tidegate.shop.aftersales.OrderAftersalesJson;
import io.tidegate.shop.aftersales.ParkedDesk;
import io.tidegate.shop.aftersales.ParkedRoutes;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundRoutes;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.aftersales.ReturnRoutes;
import io.tidegate.shop.aftersales.ReturnWarehouses;
import io.tidegate.shop.aftersales.StaffRefundRoutes;
import io.tidegate.shop.aftersales.StaffReturnRoutes;
import io.tidegate.shop.cart.CartRoutes;
import io.tidegate.shop.catalog.CatalogFedRoutes;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.PriceRoutes;
import io.tidegate.shop.catalog.StaffGoodsRoutes;
import io.tidegate.shop.customer.AddressRoutes;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.flashsale.CustomerEntryStore;
import io.tidegate.shop.flashsale.DrawDesk;
import io.tidegate.shop.flashsale.DrawRoutes;
import io.tidegate.shop.flashsale.DrawStore;
import io.tidegate.shop.flashsale.FlashOrders;
import io.tidegate.shop.flashsale.GrantCountStore;
import io.tidegate.shop.flashsale.SaleRoutes;
import io.tidegate.shop.flashsale.SoldOut;
import io.tidegate.shop.flashsale.StaffSaleRoutes;
import io.tidegate.shop.fulfilment.FreightRoutes;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.inventory.StockFedRoutes;
import io.tidegate.shop.inventory.StockRoutes;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.MarketingRoutes;
import io.tidegate.shop.marketing.TemplateDesk;
import io.tidegate.shop.marketing.TemplateRoutes;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.notification.GivenUpRoutes;
import io.tidegate.shop.notification.NotificationRoutes;
import io.tidegate.shop.ordering.AskService;
import io.tidegate.shop.ordering.OrderPageJson;
import io.tidegate.shop.ordering.OrderRoutes;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.ordering.PaymentLook;
import io.tidegate.shop.ordering.PaymentRoutes;
import io.tidegate.shop.ordering.PlaceRoutes;
import io.tidegate.shop.ordering.QuoteRoutes;
import io.tidegate.shop.ordering.QuoteText;
import io.tidegate.shop.ordering.StaffOrderRoutes;
import io.tidegate.shop.payment.NoticeJournal;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.points.PointsRoutes;
import io.tidegate.shop.privacy.PersonalDataRoutes;
import io.tidegate.shop.promotion.PriceList;
import io.tidegate.shop.promotion.Promotion;
import io.tidegate.shop.promotion.PromotionRoutes;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.promotion.TermsDesk;
import io.tidegate.shop.reconciliation.DifferenceDesk;
import io.tidegate.shop.reconciliation.ReconciliationRoutes;
import io.tidegate.shop.reporting.ArchiveWordsStore;
import io.tidegate.shop.reporting.ArchivedRoutes;
import io.tidegate.shop.reporting.BehaviourRoutes;
import io.tidegate.shop.reporting.LateNoticeRoutes;
import io.tidegate.shop.reporting.LateNoticeStore;
import io.tidegate.shop.staff.AuditLogRoutes;
import io.tidegate.shop.webhooks.WebhookRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The list of everything that is served over HTTP. */
final class RouteTable {

  private final Foundation foundation;
  private final Stores stores;
  private final Services services;
  private final Providers providers;
  private final Cursors cursors;
  private final Twins twins = Twins.standard();
  private final Availability availability;
  private final GoodsSearch search;
  private final StockDesk desk;
  private final CouponService couponService;
  private final TemplateDesk coupons;
  private final RefundDesk refundDesk;
  private final ReturnCaseStore returnCases;
  private final ReturnWarehouses returnWarehouses;
  private final ParkedDesk parkedDesk;
  private final DifferenceDesk differences;
  private final TermsDesk<PriceList> priceLists;
  private final TermsDesk<Promotion> promotions;
  private final GrantCountStore grantCounts;
  private final StuckDesk stuck;
  private final GivenUpDesk givenUp;
  private final FeedReaders feedReaders = new FeedReaders();
  private final ReplayActs replays;
  private final Supplier<Optional<Backlog>> backlog;
  private final Supplier<Optional<String>> lakeLag;
  private final ReportsGateway reports;

  /**
   * A table.
   *
   * @param backlog what has not arrived yet; empty before there are messages
   * @param lakeLag how far the lake is behind, in words; empty while nobody knows
   */
  RouteTable(
      Foundation foundation,
      Stores stores,
      Services services,
      Providers providers,
      Supplier<Optional<Backlog>> backlog,
      Supplier<Optional<String>> lakeLag) {
    this.backlog = backlog;
    this.lakeLag = lakeLag;
    this.reports = new ReportsGateway(foundation.ground().reports());
    this.foundation = foundation;
    this.stores = stores;
    this.services = services;
    this.providers = providers;
    this.desk =
        new StockDesk(
            foundation.database(),
            foundation.events(),
            foundation.published(),
            Stores.warehouses());
    this.search = new GoodsSearch(stores.catalog());
    this.availability = new Availability(stores.stock(), stores.catalog()::revision);
    this.cursors = new Cursors(foundation.keys().secret("cursors"));
    Database database = foundation.database();
    TemplateStore templates = new TemplateStore(database);
    this.couponService =
        new CouponService(database, templates, stores.coupons(), foundation.clock());
    this.coupons = new TemplateDesk(database, templates, couponService, twins);
    this.refundDesk =
        new RefundDesk(
            services.refundGround(),
            services.refunds(),
            stores.refunds(),
            services.refunding().inquiry());
    this.stuck = new StuckDesk(database, stores.fulfilment(), services.shipping()::signal);
    this.givenUp = new GivenUpDesk(database, stores.messages(), services.sending()::wake);
    WaitingGauges.stuck(foundation.meters(), stuck, givenUp);
    WaitingGauges.register(
        foundation.meters(),
        refundDesk.book(),
        services.reconciling(),
        new LateNoticeStore(database),
        services.webhooks().desk());
    this.returnCases = new ReturnCaseStore(database);
    this.returnWarehouses =
        new ReturnWarehouses(Stores.warehouses(), stores.fulfilment()::shipments);
    this.parkedDesk =
        new ParkedDesk(
            database,
            new ParkedService(services.orders(), stores.payments(), providers.byName()),
            foundation.settings().refunds());
    this.differences =
        new DifferenceDesk(
            new DifferenceDesk.Ground(
                database,
                services.orders(),
                stores.payments(),
                providers.byName(),
                services.refunds(),
                refundDesk,
                services.refunding()::signal),
            services.reconciling());
    PromotionStore terms = new PromotionStore(database);
    this.priceLists = TermsDesk.ofPriceLists(database, terms, stores.prices());
    this.promotions = TermsDesk.ofPromotions(database, terms, stores.prices());
    this.grantCounts = new GrantCountStore(foundation.database());
    Set<String> here =
        services.handlers().stream().map(EventHandler::name).collect(Collectors.toSet());
    this.replays = new ReplayActs(database, new ReplayDesk(database, here));
  }

  List<Routes> all() {
    List<Routes> routes = new ArrayList<>();
    routes.addAll(goods());
    ArchivedRoutes archived = new ArchivedRoutes(stores.archive(), cursors);
    orders().forEach(each -> routes.add(archived.around(each)));
    routes.addAll(sales());
    routes.addAll(customers());
    routes.addAll(staff());
    routes.addAll(machinery());
    routes.addAll(new Parts(foundation).routes(stores));
    if (foundation.settings().servesConsole()) {
      routes.add(console());
    }
    return routes;
  }

  private List<Routes> goods() {
    Database database = foundation.database();
    return List.of(
        new GoodsRoutes(stores.prices(), search, availability, cursors, foundation.clock()),
        new StaffGoodsRoutes(database, stores.catalog(), search, RouteTable::stocked, cursors),
        new PromotionRoutes(priceLists, promotions, cursors, foundation.clock()),
        new PriceRoutes(database, stores.catalog(), availability::has),
        new StockRoutes(database, stores.stock(), desk, twins),
        new StockFedRoutes(database),
        new CatalogFedRoutes(database));
  }

  /** A new SKU has a stock of nothing, which the warehouse corrects. */
  static void stocked(Tx tx, String[] codes) {
    StockStore.open(tx, codes, new long[codes.length]);
  }

  private List<Routes> orders() {
    OrderService orders = services.orders();
    AskService asks =
        new AskService(
            stores.addresses(),
            stores.coupons(),
            stores.redPackets(),
            stores.tariffs(),
            foundation.clock(),
            Regions.all()::isDistrict);
    QuoteText quotes = new QuoteText(foundation.keys().secret("quotes"));
    return List.of(
        new PlaceRoutes(
            orders,
            asks,
            quotes,
            twins,
            PlaceRoutes.bound(
                foundation.settings().http().concurrencyMax(),
                foundation.settings().orders().lanePerSecondMax())),
        new QuoteRoutes(
            asks,
            quotes,
            stores.carts(),
            availability,
            stores.stock(),
            stores.coupons(),
            stores.points(),
            stores.redPackets(),
            foundation.clock()),
        new OrderRoutes(
            orders,
            new OrderPageJson(
                foundation.database(), services.effects().shown(), OrderAftersalesJson.withWords()),
            cursors,
            stores.archive(),
            new PaymentLook(stores.payments(), foundation.clock())),
        new PaymentRoutes(
            orders,
            stores.payments(),
            stores.refunds(),
            providers.byName(),
            twins,
            foundation.clock(),
            foundation.meters(),
            foundation
                .kept()
                .keep(
                    new NoticeJournal(new NoticeStore(foundation.database()), foundation.meters())),
            stores.archive()),
        new RefundRoutes(services.refunds(), orders, stores.refunds(), twins),
        new ReturnRoutes(services.returns(), returnCases, twins),
        new FulfilmentRoutes(
            foundation.database(),
            stores.fulfilment(),
            services.shipping(),
            stuck,
            (user, number) -> orders.find(new OrderNumber(number), user).isPresent(),
            cursors));
  }

  private List<Routes> sales() {
    SoldOut soldOut = new SoldOut(stores.saleBook(), stores.pools());
    List<Routes> routes = new ArrayList<>();
    routes.add(
        new SaleRoutes(
            stores.saleBook(), soldOut::isGone, stores.catalog(), cursors, foundation.clock()));
    routes.add(
        new StaffSaleRoutes(
            services.saleDesk(),
            stores.sales(),
            stores.pools(),
            new DrawStore(foundation.database()),
            grantCounts,
            cursors,
            twins,
            foundation.clock()));
    routes.add(new DrawRoutes(stores.sales(), new DrawStore(foundation.database())));
    FlashOrders flash = services.flash();
    DrawDesk draws = services.draws();
    if (flash != null && draws != null) {
      routes.addAll(flash.routes(draws));
    }
    return routes;
  }

  private List<Routes> customers() {
    return List.of(
        new CartRoutes(
            stores.carts(),
            sku -> stores.prices().offer(sku, foundation.clock().instant()),
            stores.catalog()::product,
            availability::has,
            twins),
        new AddressRoutes(stores.addresses(), Regions.all()::isDistrict, cursors),
        new PersonalDataRoutes(
            services.erasures(),
            services.orders(),
            stores.addresses(),
            stores.consignees(),
            stores.messages(),
            new CustomerWordsStore(foundation.database()),
            new CustomerEntryStore(foundation.database()),
            stores.archive(),
            new ArchiveWordsStore(foundation.database()),
            cursors),
        new LateNoticeRoutes(
            foundation.database(), new LateNoticeStore(foundation.database()), cursors),
        new PointsRoutes(stores.points(), cursors),
        new MarketingRoutes(
            stores.coupons(), couponService, stores.redPackets(), cursors, foundation.clock()),
        new NotificationRoutes(stores.messages(), services.renderer(), cursors),
        behaviour());
  }

  private BehaviourRoutes behaviour() {
    StreamSettings topic =
        StreamSettings.of(foundation.settings().messaging().topicPrefix() + BehaviourRoutes.TOPIC);
    StreamSender sender =
        foundation
            .kept()
            .keep(new StreamSender(foundation.ground().namesrv(), topic, foundation.meters()));
    return new BehaviourRoutes(sender, foundation.clock(), foundation.meters());
  }

  private List<Routes> staff() {
    return List.of(
        new StaffOrderRoutes(services.orders(), cursors, stores.archive()),
        new StaffRefundRoutes(services.refunds(), refundDesk, cursors, twins),
        new StaffReturnRoutes(services.returns(), returnCases, returnWarehouses, cursors),
        new ParkedRoutes(
            parkedDesk, services.orders(), stores.payments(), stores.refunds(), cursors),
        new FreightRoutes(stores.freightStore(), stores.freight()),
        new TemplateRoutes(coupons, cursors),
        new ReconciliationRoutes(services.reconciling(), differences, cursors),
        new AuditLogRoutes(foundation.database(), cursors),
        new GivenUpRoutes(givenUp, cursors),
        new DeadLetterRoutes(foundation.database(), stores.deadLetters(), cursors),
        new EventRoutes(
            foundation.feed(),
            new FeedPlaces(foundation.keys().secret("feed")),
            feedReaders,
            Wiring.SOURCE,
            foundation.clock()),
        new ReplayRoutes(replays, cursors, foundation.settings().messaging().topicPrefix()),
        new WebhookRoutes(services.webhooks().desk(), cursors));
  }

  private List<Routes> machinery() {
    return List.of(
        new HealthRoutes(foundation::readiness),
        new MetricsRoutes(foundation.meters()),
        reports,
        new ReportsMetricsRoutes(reports),
        new DocumentRoutes("/openapi.json", () -> resource("/openapi.json")),
        new DocumentRoutes("/asyncapi.json", () -> resource("/asyncapi.json")),
        new EventSchemas(() -> resource("/asyncapi.json")),
        new DocumentRoutes("/.well-known/jwks.json", foundation.tokens()::jwks));
  }

  private Console console() {
    Settings settings = foundation.settings();
    OrderSources sources =
        new OrderSources(
            services.orders(),
            order -> services.effects().shown().effects(foundation.database(), order),
            stores.fulfilment(),
            Warehouses.demo(),
            stores.payments(),
            stores.refunds(),
            stores.consignees(),
            stores.catalog(),
            new OrderSources.Named(
                new PromotionStore(foundation.database()), stores.coupons(), stores.freight()),
            new OrderSources.Cases(new RefundCaseStore(foundation.database()), returnCases),
            stores.archive());
    StaffAccounts accounts =
        StaffAccounts.single(
            Settings.Console.STAFF_NAME, settings.console().password().text(), Set.of("admin"));
    boolean loopback = URI.create("http://" + settings.http().host()).getHost().startsWith("127.");
    return new Console(
        new Console.Entry(
            accounts, foundation.tokens(), foundation.keys().secret("console"), !loopback),
        sources,
        new Console.Back(
            refundDesk,
            services.returns(),
            returnWarehouses,
            parkedDesk,
            services.reconciling(),
            differences,
            stuck,
            givenUp),
        new Console.Goods(
            stores.prices(), search, stores.stock(), desk, stores.freightStore(), stores.freight()),
        new Console.Offers(
            coupons,
            priceLists,
            promotions,
            new Console.Sales(
                services.saleDesk(),
                stores.sales(),
                stores.pools(),
                grantCounts,
                new DrawStore(foundation.database()),
                services.flash() == null ? _ -> Optional.empty() : services.flash().gates()::view)),
        new Console.Engine(
            foundation.database(),
            stores.deadLetters(),
            new AuditDesk(foundation.database(), foundation.ground().jdbcUrl()),
            foundation.meters(),
            foundation::readiness,
            new Console.Feed(feedReaders, replays, backlog, lakeLag, services.webhooks().desk()),
            foundation.kept().keep(RecentCounts.start(foundation.meters(), reports::figures)),
            reports),
        settings.businessZone(),
        foundation.clock());
  }

  private static byte[] resource(String name) {
    try (InputStream in = RouteTable.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
