package io.tidegate.server.console;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.OutwardCalls;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.messaging.ReplayDesk;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.DemoGoods;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.feed.FeedReaders;
import io.tidegate.server.feed.ReplayActs;
import io.tidegate.shop.aftersales.ParkedDesk;
import io.tidegate.shop.aftersales.RefundCase;
import io.tidegate.shop.aftersales.RefundCaseId;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundGround;
import io.tidegate.shop.aftersales.RefundPolicy;
import io.tidegate.shop.aftersales.RefundService;
import io.tidegate.shop.aftersales.RequestRefund;
import io.tidegate.shop.aftersales.RequestReturn;
import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.aftersales.ReturnId;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.aftersales.ReturnService;
import io.tidegate.shop.aftersales.ReturnWarehouses;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.customer.Address;
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
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.fulfilment.StuckDesk;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.TemplateDesk;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.GivenUpDesk;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderCommand;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
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
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A shop with goods in a real database and its console on a free port of loopback. */
final class ConsoleShop implements AutoCloseable {
  static final String PASSWORD = "a good password";
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  static final String REGION = "330106";
  private static final int SKUS = 100;
  private static final int EVENTS_MAX = 10_000;
  private static final AtomicLong KEYS = new AtomicLong();

  private final Clock clock = Clock.system();
  private final String url = TestPostgres.migratedDatabase();
  private final Database database = new Database(DatabaseSettings.of(url), clock);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventLog log = new EventLog(database);
  private final FulfilmentStore fulfilment =
      new FulfilmentStore(database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {});
  private final DeadLetters deadLetters = new DeadLetters(database);
  private final EffectService effects =
      new EffectService(
          new PointsStore(database),
          new CouponStore(database),
          new RedPacketStore(database),
          new MessageStore(database),
          fulfilment,
          EffectService.Rules.DEFAULT);
  private final Tokens tokens =
      Tokens.local(
          IdentitySettings.local("tidegate", "tidegate"), new DatabaseKeys(database), clock);
  private final Map<String, Boolean> parts = new LinkedHashMap<>(Map.of("database", true));
  private final PriceBook prices =
      new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database));
  private final FreightStore freight = new FreightStore(database);
  private final SaleBook saleBook = new SaleBook(new SaleStore(database));
  private final Gates gates =
      new Gates(saleBook, new PoolStore(database), new GrantStore(database), clock, 16, meters);
  private final AnsweringProvider provider = new AnsweringProvider();
  private final AnsweringReports reports = new AnsweringReports();
  private final RecentCounts recent = RecentCounts.start(meters, reports::figures);
  private final OrderService orders;
  private final RefundService refunds;
  private final EventFeed feed;
  private final WebhookService webhooks;
  private final ReturnService returns;
  private final HttpServer server;
  private long heard;

  ConsoleShop() {
    this(0);
  }

  ConsoleShop(int port) {
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
                ConsoleShop::traceparent,
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
                database, Set.of("another", provider.name()), Map.of(), ZONE));
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
                StaffAccounts.single("admin", PASSWORD, Set.of("admin")),
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
            ZONE,
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

  URI base() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** The browser of a member of the staff who is signed in. */
  Browser staff(String name, String role) {
    Browser browser = new Browser(base());
    browser.cookies.put(
        Visitors.SESSION_COOKIE,
        tokens.issue(name, Caller.Kind.STAFF, Set.of(role), Set.of(), Visitors.SESSION));
    browser.get("/console/orders"); // gives the seed of its forms
    return browser;
  }

  Tokens tokens() {
    return tokens;
  }

  OrderService orders() {
    return orders;
  }

  /** Where customers come to flash sales. */
  Gates gates() {
    return gates;
  }

  /** Who answers reports here. */
  AnsweringReports reports() {
    return reports;
  }

  DeadLetters deadLetters() {
    return deadLetters;
  }

  void part(String name, boolean up) {
    parts.put(name, up);
  }

  /** Places an order of some pieces of SKUs. */
  OrderNumber place(long user, Map<String, Integer> pieces) {
    return place(user, pieces, new Address("李小明", "13812341234", REGION, "文三路 100 号 2 幢 301"));
  }

  OrderNumber place(long user, Map<String, Integer> pieces, Address address) {
    OrderNumber number = orders.nextNumber(user);
    var outcome =
        orders.place(
            new PlaceOrder(
                number,
                user,
                pieces.entrySet().stream()
                    .map(entry -> new PlaceOrder.Line(entry.getKey(), entry.getValue()))
                    .toList(),
                address,
                null,
                key(),
                key(),
                Cause.customer(user, traceparent().substring(3, 35), traceparent())));
    if (!(outcome instanceof Outcome.Applied)) {
      throw new AssertionError(outcome.toString());
    }
    return number;
  }

  /** The codes of so many demo goods, each of another product. */
  static List<String> skus() {
    return DemoCatalogue.products(SKUS)
        .map(product -> product.skus().getFirst().code().value())
        .toList();
  }

  /** A customer begins to pay. */
  Attempt startPayment(OrderNumber number, long user) {
    var outcome =
        orders.run(
            new OrderCommand.StartPayment(number, user, "sandbox", key(), key(), customer(user)));
    if (outcome instanceof Outcome.Applied<OrderCommand.Result, ?>(var result)
        && result.attempt() != null) {
      return result.attempt();
    }
    throw new AssertionError(outcome.toString());
  }

  /** The provider takes the money of an attempt. */
  Capture capture(Attempt attempt, Money amount) {
    Capture capture =
        new Capture(attempt.id(), "sandbox", "T" + KEYS.incrementAndGet(), amount, clock.instant());
    orders.run(
        new OrderCommand.RecordCapture(
            capture, Cause.provider("sandbox", traceparent().substring(3, 35), traceparent())));
    return capture;
  }

  /** What the provider says when it is asked. */
  AnsweringProvider provider() {
    return provider;
  }

  void pay(OrderNumber number, long user) {
    Attempt attempt = startPayment(number, user);
    capture(attempt, attempt.amount());
  }

  void cancel(OrderNumber number, long user) {
    orders.run(new OrderCommand.Cancel(number, user, "changed my mind", customer(user)));
  }

  private static Cause customer(long user) {
    return Cause.customer(user, traceparent().substring(3, 35), traceparent());
  }

  /** Has every consumer but some hear what happened since the last call. */
  void hear(Set<String> deaf) {
    List<LoggedEvent> events = log.after(heard, EVENTS_MAX);
    if (events.isEmpty()) {
      return;
    }
    List<EventHandler> handlers = new ArrayList<>(effects.handlers(() -> {}));
    handlers.add(orders.shipmentHandler());
    handlers.add(refunds.moneyHandler());
    for (EventHandler handler : handlers) {
      List<LoggedEvent> mine =
          events.stream().filter(event -> handler.types().contains(event.type())).toList();
      if (!mine.isEmpty() && !deaf.contains(handler.name())) {
        database.write(
            handler.name(),
            tx -> {
              handler.handle(tx, mine);
              return true;
            });
      }
    }
    heard = events.getLast().position();
  }

  /** Its customer asks for all of an order back. */
  RefundCaseId askBack(OrderNumber number, long user, String reason) {
    byte[] key = key();
    var outcome =
        refunds.request(
            new RequestRefund(
                number,
                user,
                List.of(),
                reason,
                null,
                new RequestRefund.Key(key, key),
                customer(user)));
    if (outcome instanceof Outcome.Applied<RefundCase, ?>(RefundCase asked)) {
      return asked.id();
    }
    throw new AssertionError(outcome.toString());
  }

  /** How many pieces of the first of the goods cost more than this. */
  int piecesAbove(long amount) {
    long price = number("select price from catalog.sku where code = '" + skus().getFirst() + "'");
    return Math.toIntExact(amount / price + 1);
  }

  /** An order that came to its customer just now. */
  OrderNumber delivered(long user, Map<String, Integer> pieces) {
    OrderNumber number = place(user, pieces);
    pay(number, user);
    hear(Set.of());
    run(
        """
        update ordering.orders set previous = 4, state = 5, version = 4, history = history || ?
        where number = ?
        """,
        ",[3,%1$d,2,4,\"order.shipped\",\"system\",\"\"],[4,%1$d,4,5,\"order.delivered\",\"system\",\"\"]"
            .formatted(clock.instant().toEpochMilli()),
        number.value());
    return number;
  }

  /** Its customer wants to send pieces of an order back. */
  ReturnId sendBack(
      OrderNumber number, long user, List<ReturnLine> lines, String reason, List<String> pictures) {
    byte[] key = key();
    var outcome =
        returns.request(
            new RequestReturn(number, user, lines, reason, pictures),
            new IdempotencyTable.Entry(key, key, 0),
            traceparent());
    if (outcome instanceof Outcome.Applied<ReturnCase, ?>(ReturnCase asked)) {
      return asked.id();
    }
    throw new AssertionError(outcome.toString());
  }

  /** The first parcel of an order leaves with a waybill. */
  void ship(OrderNumber number, String waybill) {
    ShipmentId parcel = new ShipmentId(number.value(), 1);
    for (ShipmentState state : List.of(ShipmentState.PICKED, ShipmentState.PACKED)) {
      database.write(
          "by hand",
          tx -> {
            fulfilment.byHand(tx, parcel, state);
            return true;
          });
    }
    run(
        "update fulfilment.shipment set carrier = 'sandbox-express', waybill = '"
            + waybill
            + "', state = 'shipped' where order_number = "
            + number.value());
    track(number, "accepted", "杭州", "快件已揽收");
  }

  void track(OrderNumber number, String status, String place, String text) {
    run(
        "insert into fulfilment.tracking values (?, 1, clock_timestamp(), ?, ?, ?)",
        number.value(),
        status,
        place,
        text);
  }

  /** Runs one statement. */
  void run(String sql, Object... values) {
    database.write(
        "test",
        tx -> {
          tx.write(Sql.of(sql), values);
          return true;
        });
  }

  long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  List<String> texts(String sql) {
    return database.read(Sql.of(sql), row -> row.getString(1));
  }

  String text(String sql) {
    return database.read(Sql.of(sql), row -> row.getString(1)).getFirst();
  }

  private static byte[] key() {
    return ByteBuffer.allocate(16).putLong(KEYS.incrementAndGet()).array();
  }

  private static String traceparent() {
    byte[] id = ByteBuffer.allocate(16).putLong(0x5eed).putLong(KEYS.incrementAndGet()).array();
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
