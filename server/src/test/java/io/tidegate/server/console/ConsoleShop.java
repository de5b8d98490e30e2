package io.tidegate.server.console;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.DemoGoods;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderCommand;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.points.PointsStore;
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
  private final String url = TestPostgres.freshDatabase("console", Migrations::apply);
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
          deadLetters,
          EffectService.Rules.DEFAULT);
  private final Tokens tokens =
      Tokens.local(
          IdentitySettings.local("tidegate", "tidegate"), new DatabaseKeys(database), clock);
  private final Map<String, Boolean> parts = new LinkedHashMap<>(Map.of("database", true));
  private final Catalog catalog = new Catalog(new CatalogStore(database));
  private final OrderService orders;
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
    new DemoGoods(
            database, Warehouses.demo().all().stream().map(warehouse -> warehouse.id()).toList())
        .load(SKUS, _ -> {});
    catalog.refresh();
    PaymentStore payments = new PaymentStore(database);
    ConsigneeStore consignees = new ConsigneeStore(database);
    orders =
        new OrderService(
            new OrderService.Ground(
                database,
                log,
                () -> {},
                catalog,
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
            effects,
            fulfilment,
            Warehouses.demo(),
            payments,
            new RefundStore(database),
            consignees,
            catalog);
    Console console =
        new Console(
            new Console.Entry(
                StaffAccounts.single("admin", PASSWORD, Set.of("admin")),
                tokens,
                new DatabaseKeys(database).secret("console"),
                false),
            sources,
            new Console.Engine(
                database,
                deadLetters,
                new AuditDesk(database, url),
                meters,
                () -> new ReadyCheck.Readiness(Map.copyOf(parts), true)),
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
                    catalog,
                    new Availability(new StockStore(database)),
                    new Cursors(new byte[16]))));
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  Tokens tokens() {
    return tokens;
  }

  OrderService orders() {
    return orders;
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
    return outcome instanceof Outcome.Applied<OrderCommand.Result, ?>(var result)
            && result.attempt() != null
        ? result.attempt()
        : fail(outcome.toString());
  }

  private static Attempt fail(String what) {
    throw new AssertionError(what);
  }

  /** The provider takes the money of an attempt. */
  void capture(Attempt attempt, Money amount) {
    orders.run(
        new OrderCommand.RecordCapture(
            new Capture(
                attempt.id(), "sandbox", "T" + KEYS.incrementAndGet(), amount, clock.instant()),
            Cause.provider("sandbox", traceparent().substring(3, 35), traceparent())));
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

  private static byte[] key() {
    return ByteBuffer.allocate(16).putLong(KEYS.incrementAndGet()).array();
  }

  private static String traceparent() {
    byte[] id = ByteBuffer.allocate(16).putLong(0x5eed).putLong(KEYS.incrementAndGet()).array();
    return "00-" + HexFormat.of().formatHex(id) + "-00f067aa0ba902b7-01";
  }

  @Override
  public void close() {
    server.close();
    orders.close();
    database.close();
  }
}
