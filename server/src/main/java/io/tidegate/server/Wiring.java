package io.tidegate.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.DocumentRoutes;
import io.tidegate.platform.http.HealthRoutes;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.MetricsRoutes;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Route;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.TraceContext;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Secret;
import io.tidegate.server.config.Settings;
import io.tidegate.server.console.Console;
import io.tidegate.server.console.OrderSources;
import io.tidegate.server.console.StaffAccounts;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.PriceRoutes;
import io.tidegate.shop.customer.AddressRoutes;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.fulfilment.FactLog;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.FulfilmentWorker;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockRoutes;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.MarketingRoutes;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.notification.NotificationRoutes;
import io.tidegate.shop.notification.NotificationWorker;
import io.tidegate.shop.notification.Renderer;
import io.tidegate.shop.notification.SendSettings;
import io.tidegate.shop.notification.SmsClient;
import io.tidegate.shop.notification.Templates;
import io.tidegate.shop.ordering.OrderPageJson;
import io.tidegate.shop.ordering.OrderRoutes;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.PaymentRoutes;
import io.tidegate.shop.ordering.PlaceRoutes;
import io.tidegate.shop.ordering.StaffOrderRoutes;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.payment.RefundWorker;
import io.tidegate.shop.payment.SandboxClient;
import io.tidegate.shop.points.PointsRoutes;
import io.tidegate.shop.points.PointsStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the program, lowest part first, in one place: a cycle can't be written, since the argument
 * doesn't exist yet. Closing takes it down the other way round.
 */
public final class Wiring implements AutoCloseable {

  /** One topic for each first word of an event's type. */
  public static final List<String> TOPICS =
      List.of(
          "tidegate-order",
          "tidegate-payment",
          "tidegate-refund",
          "tidegate-stock",
          "tidegate-shipment",
          "tidegate-customer");

  private static final Logger log = LoggerFactory.getLogger(Wiring.class);
  private static final String TOPIC_PREFIX = "tidegate-";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicReference<Runnable> wakeRelay = new AtomicReference<>(() -> {});
  private final AtomicReference<@Nullable HttpServer> http = new AtomicReference<>();
  private final AtomicReference<String> sandboxSecret = new AtomicReference<>("");
  private final Ground ground;
  private final Settings settings;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /**
   * What the program stands on, started before it.
   *
   * @param jdbcUrl the database, with user and password
   * @param namesrv the broker's name server
   * @param brokerUp whether the broker takes messages now
   * @param node this process's name: unique, and the same after a restart
   * @param simulators where payment, carrier, warehouse and SMS are simulated; null without demo
   */
  public record Ground(
      Settings settings,
      String jdbcUrl,
      String namesrv,
      BooleanSupplier brokerUp,
      String node,
      @Nullable URI simulators) {}

  private Wiring(Ground ground) {
    this.ground = ground;
    this.settings = ground.settings();
  }

  /**
   * Migrates the database, builds all parts and takes requests when it returns. Messages follow as
   * soon as the broker is there.
   */
  public static Wiring start(Ground ground, Consumer<String> progress) {
    Wiring wiring = new Wiring(ground);
    try {
      wiring.build(progress);
      return wiring;
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  /** The port that the API listens on. */
  public int apiPort() {
    HttpServer server = http.get();
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.port();
  }

  /** All routes that are served. */
  List<Route> routes() {
    HttpServer server = http.get();
    return server == null ? List.of() : server.routes();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }

  private <P extends AutoCloseable> P keep(P part) {
    parts.push(part);
    return part;
  }

  private void build(Consumer<String> progress) {
    int migrated = Migrations.apply(ground.jdbcUrl());
    progress.accept("database at this version (" + migrated + " migrations applied)");
    Clock clock = Clock.system();
    Database database = keep(new Database(databaseSettings(), clock));
    clock.offsetFrom(database::now);
    EventLog events = new EventLog(database);
    FulfilmentStore fulfilment = fulfilment(database, events);
    Runnable partitions = () -> partitions(database, events, fulfilment, clock.instant());
    partitions.run();

    NodeLease node = keep(NodeLease.take(database, ground.node(), OrderNumber.NODES));
    DatabaseKeys keys = new DatabaseKeys(database);
    Tokens tokens = tokens(keys, clock);
    Catalog catalog = new Catalog(new CatalogStore(database));
    loadGoods(database, catalog, progress);
    keep(new Upkeep(database, clock, catalog, partitions));

    ConsigneeStore consignees = new ConsigneeStore(database);
    PaymentStore payments = new PaymentStore(database);
    Outbound outbound = keep(new Outbound(meters));
    Map<String, PaymentProvider> providers = providers(outbound, keys, clock);
    OrderService orders =
        keep(
            new OrderService(
                new OrderService.Ground(
                    database,
                    events,
                    this::published,
                    catalog,
                    consignees,
                    payments,
                    providers,
                    new OrderNumbers(clock, node.number(), node::isHeld),
                    Wiring::newTraceparent,
                    meters),
                new OrderService.Settings(
                    settings.orders().payWindow(),
                    settings.orders().completeAfter(),
                    settings.orders().lanePerSecondMax())));

    PointsStore points = new PointsStore(database);
    CouponStore coupons = new CouponStore(database);
    coupons.check(CouponGrantRule.DEFAULT);
    RedPacketStore redPackets = new RedPacketStore(database);
    MessageStore messages = new MessageStore(database);
    DeadLetters deadLetters = new DeadLetters(database);
    EffectService effects =
        new EffectService(
            points,
            coupons,
            redPackets,
            messages,
            fulfilment,
            deadLetters,
            EffectService.Rules.DEFAULT);

    Renderer renderer = (template, values) -> Templates.render(template, Locale.CHINESE, values);
    FulfilmentWorker shipping = shipping(database, fulfilment, outbound);
    startWorkers(
        database, events, providers, orders, messages, consignees, renderer, outbound, shipping);

    Cursors cursors = new Cursors(keys.secret("cursors"));
    Twins twins = Twins.standard();
    RefundStore refunds = new RefundStore(database);
    AddressStore addresses = new AddressStore(database);
    List<Routes> routes = new ArrayList<>();
    routes.addAll(goodsRoutes(database, events, catalog, cursors, twins));
    routes.add(new StaffOrderRoutes(orders, cursors));
    routes.add(new DeadLetterRoutes(database, deadLetters, cursors));
    routes.add(new PlaceRoutes(orders, addresses, Regions.all()::isDistrict, twins));
    routes.add(
        new OrderRoutes(
            orders, new OrderPageJson(consignees, payments, refunds, effects), cursors));
    routes.add(new PaymentRoutes(orders, payments, refunds, providers, twins, clock));
    routes.add(
        new FulfilmentRoutes(
            database,
            fulfilment,
            shipping,
            (user, number) -> orders.find(new OrderNumber(number), user).isPresent()));
    routes.add(new AddressRoutes(addresses, Regions.all()::isDistrict, cursors));
    routes.add(new PointsRoutes(points, cursors));
    routes.add(new MarketingRoutes(coupons, redPackets, cursors, clock));
    routes.add(new NotificationRoutes(messages, renderer, cursors));
    routes.add(new HealthRoutes(() -> readiness(database)));
    routes.add(new MetricsRoutes(meters));
    routes.add(new DocumentRoutes("/openapi.json", () -> resource("/openapi.json")));
    routes.add(new DocumentRoutes("/.well-known/jwks.json", tokens::jwks));

    if (tokens.issues() && settings.roles().contains(Role.CONSOLE)) {
      OrderSources sources =
          new OrderSources(
              orders,
              effects,
              fulfilment,
              Warehouses.demo(),
              payments,
              refunds,
              consignees,
              catalog);
      routes.add(console(sources, deadLetters, tokens, keys, database, clock));
    }

    HttpServer server = HttpServer.start(httpSettings(), tokens, clock, meters, routes);
    http.set(server);
    startMessaging(database, handlers(effects, orders, shipping));
    keep(server);
  }

  private void loadGoods(Database database, Catalog catalog, Consumer<String> progress) {
    if (settings.demo().on()) {
      long loaded = new DemoGoods(database, warehouses()).load(settings.demo().skus(), _ -> {});
      if (loaded > 0) {
        progress.accept("demo goods are loaded, " + loaded + " SKUs");
      }
    }
    catalog.refresh();
  }

  private static List<String> warehouses() {
    return Warehouses.demo().all().stream().map(Warehouse::id).toList();
  }

  private List<Routes> goodsRoutes(
      Database database, EventLog events, Catalog catalog, Cursors cursors, Twins twins) {
    StockStore stock = new StockStore(database);
    Availability availability = new Availability(stock);
    return List.of(
        new GoodsRoutes(catalog, availability, cursors),
        new PriceRoutes(database, catalog, availability::has),
        new StockRoutes(database, stock, events, this::published, twins, warehouses()));
  }

  private Console console(
      OrderSources sources,
      DeadLetters deadLetters,
      Tokens tokens,
      DatabaseKeys keys,
      Database database,
      Clock clock) {
    StaffAccounts accounts =
        StaffAccounts.single(
            Settings.Console.STAFF_NAME, settings.console().password().text(), Set.of("admin"));
    boolean loopback = URI.create("http://" + settings.http().host()).getHost().startsWith("127.");
    return new Console(
        new Console.Entry(accounts, tokens, keys.secret("console"), !loopback),
        sources,
        new Console.Engine(deadLetters, meters, () -> readiness(database)),
        settings.businessZone(),
        clock);
  }

  private DatabaseSettings databaseSettings() {
    return DatabaseSettings.of(ground.jdbcUrl())
        .withConnections(
            settings.database().writeConnectionsMax(), settings.database().readConnectionsMax());
  }

  private HttpSettings httpSettings() {
    return HttpSettings.onPort(settings.http().port())
        .withHost(settings.http().host())
        .withConcurrencyMax(settings.http().concurrencyMax())
        .withLimitPerUser(settings.http().limitPerUser());
  }

  private Tokens tokens(DatabaseKeys keys, Clock clock) {
    Settings.Identity identity = settings.identity();
    if (identity.external()) {
      return Tokens.external(
          IdentitySettings.external(
              identity.issuer(), identity.audience(), URI.create(identity.jwksUrl())),
          clock);
    }
    return Tokens.local(
        IdentitySettings.local(identity.issuer(), identity.audience()), keys, clock);
  }

  private Map<String, PaymentProvider> providers(
      Outbound outbound, DatabaseKeys keys, Clock clock) {
    URI simulators = ground.simulators();
    if (simulators == null) {
      return Map.of();
    }
    PaymentProvider sandbox =
        new SandboxClient(
            outbound.to(OutboundSettings.of("sandbox", simulators)),
            sandboxSecret(keys).getBytes(StandardCharsets.UTF_8),
            settings.sandbox().merchant(),
            this::callbackUrl,
            clock);
    return Map.of(sandbox.name(), sandbox);
  }

  /** The secret that this node shares with the sandbox: as configured, else the database's own. */
  private String sandboxSecret(DatabaseKeys keys) {
    Secret given = settings.sandbox().secret();
    String text = given.isGiven() ? given.text() : HexFormat.of().formatHex(keys.secret("sandbox"));
    sandboxSecret.set(text);
    return text;
  }

  /** What the simulators must sign with. */
  public String sandboxSecret() {
    return sandboxSecret.get();
  }

  private String callbackUrl() {
    return "http://" + settings.http().host() + ":" + apiPort() + "/v1/callbacks/sandbox";
  }

  private FulfilmentStore fulfilment(Database database, EventLog events) {
    FactLog facts =
        (tx, told) ->
            events.append(
                tx,
                told.stream()
                    .map(fact ->
                        new Event(
                            fact.type(),
                            fact.orderNumber(),
                            fact.version(),
                            fact.at(),
                            newTraceparent(),
                            fact.json()))
                    .toList());
    return new FulfilmentStore(database, Warehouses.demo(), fulfilmentSettings(), facts);
  }

  private FulfilmentSettings fulfilmentSettings() {
    return settings.demo().on() ? FulfilmentSettings.demo() : FulfilmentSettings.real("standard");
  }

  private FulfilmentWorker shipping(Database database, FulfilmentStore store, Outbound outbound) {
    URI base = simulatorsOr("http://127.0.0.1:9");
    return keep(
        new FulfilmentWorker(
            database,
            store,
            Warehouses.demo(),
            fulfilmentSettings(),
            outbound.to(OutboundSettings.of("warehouse", base)),
            outbound.to(OutboundSettings.of("carrier", base)),
            meters));
  }

  private URI simulatorsOr(String otherwise) {
    URI simulators = ground.simulators();
    return simulators == null ? URI.create(otherwise) : simulators;
  }

  private void startWorkers(
      Database database,
      EventLog events,
      Map<String, PaymentProvider> providers,
      OrderService orders,
      MessageStore messages,
      ConsigneeStore consignees,
      Renderer renderer,
      Outbound outbound,
      FulfilmentWorker shipping) {
    RefundWorker refunding =
        keep(
            new RefundWorker(database, events, this::published, providers, Wiring::newTraceparent));
    NotificationWorker sending =
        keep(
            new NotificationWorker(
                messages,
                consignees,
                renderer,
                new SmsClient(
                    outbound.to(OutboundSettings.of("sms", simulatorsOr("http://127.0.0.1:9")))),
                SendSettings.DEFAULT));
    if (settings.roles().contains(Role.CONSUMERS)) {
      orders.start();
      refunding.start();
      if (ground.simulators() != null) {
        sending.start();
        shipping.start();
      }
    }
  }

  private List<EventHandler> handlers(
      EffectService effects, OrderService orders, FulfilmentWorker shipping) {
    if (!settings.roles().contains(Role.CONSUMERS)) {
      return List.of();
    }
    List<EventHandler> handlers = new ArrayList<>(effects.handlers(shipping::signal));
    handlers.add(orders.shipmentHandler());
    return handlers;
  }

  /** The broker may still be starting, and its client takes a second to load: nobody waits. */
  private void startMessaging(Database database, List<EventHandler> handlers) {
    Messaging messaging =
        keep(
            Messaging.start(
                database,
                ground.namesrv(),
                ground.node(),
                "/tidegate",
                MessagingSettings.of(TOPIC_PREFIX),
                handlers));
    wakeRelay.set(messaging::wake);
    Gauge.builder("tidegate.relay.lag.seconds", () -> messaging.backlog().relaySeconds())
        .register(meters);
  }

  private void published() {
    wakeRelay.get().run();
  }

  private ReadyCheck.Readiness readiness(Database database) {
    Map<String, Boolean> states = new LinkedHashMap<>();
    states.put("api", true);
    boolean up = database.isUp();
    states.put("database", up);
    states.put("broker", ground.brokerUp().getAsBoolean());
    return new ReadyCheck.Readiness(states, up);
  }

  private static void partitions(
      Database database, EventLog events, FulfilmentStore fulfilment, Instant now) {
    events.partitions();
    OrderService.preparePartitions(database, now);
    new PaymentStore(database).preparePartitions(now);
    ConsigneeStore.prepare(database, now);
    fulfilment.prepare(now);
  }

  private static String newTraceparent() {
    return TraceContext.fresh().traceparent();
  }

  private static byte[] resource(String name) {
    try (InputStream in = Wiring.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
