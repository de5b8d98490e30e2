package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.DocumentRoutes;
import io.tidegate.platform.http.HealthRoutes;
import io.tidegate.platform.http.MetricsRoutes;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.config.Settings;
import io.tidegate.server.console.Console;
import io.tidegate.server.console.OrderSources;
import io.tidegate.server.console.StaffAccounts;
import io.tidegate.shop.catalog.PriceRoutes;
import io.tidegate.shop.customer.AddressRoutes;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockRoutes;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.marketing.MarketingRoutes;
import io.tidegate.shop.notification.NotificationRoutes;
import io.tidegate.shop.ordering.OrderPageJson;
import io.tidegate.shop.ordering.OrderRoutes;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.PaymentRoutes;
import io.tidegate.shop.ordering.PlaceRoutes;
import io.tidegate.shop.ordering.StaffOrderRoutes;
import io.tidegate.shop.points.PointsRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The list of everything that is served over HTTP. */
final class RouteTable {

  private final Foundation foundation;
  private final Stores stores;
  private final Services services;
  private final Providers providers;
  private final Cursors cursors;
  private final Twins twins = Twins.standard();

  RouteTable(Foundation foundation, Stores stores, Services services, Providers providers) {
    this.foundation = foundation;
    this.stores = stores;
    this.services = services;
    this.providers = providers;
    this.cursors = new Cursors(foundation.keys().secret("cursors"));
  }

  List<Routes> all() {
    List<Routes> routes = new ArrayList<>();
    routes.addAll(goods());
    routes.addAll(orders());
    routes.addAll(customers());
    routes.addAll(staff());
    routes.addAll(machinery());
    if (foundation.settings().servesConsole()) {
      routes.add(console());
    }
    return routes;
  }

  private List<Routes> goods() {
    Database database = foundation.database();
    Availability availability = new Availability(stores.stock());
    return List.of(
        new GoodsRoutes(stores.catalog(), availability, cursors),
        new PriceRoutes(database, stores.catalog(), availability::has),
        new StockRoutes(
            database,
            stores.stock(),
            foundation.events(),
            foundation.published(),
            twins,
            Stores.warehouses()));
  }

  private List<Routes> orders() {
    OrderService orders = services.orders();
    return List.of(
        new PlaceRoutes(orders, stores.addresses(), Regions.all()::isDistrict, twins),
        new OrderRoutes(
            orders,
            new OrderPageJson(
                stores.consignees(), stores.payments(), stores.refunds(), services.effects()),
            cursors),
        new PaymentRoutes(
            orders,
            stores.payments(),
            stores.refunds(),
            providers.byName(),
            twins,
            foundation.clock()),
        new FulfilmentRoutes(
            foundation.database(),
            stores.fulfilment(),
            services.shipping(),
            (user, number) -> orders.find(new OrderNumber(number), user).isPresent()));
  }

  private List<Routes> customers() {
    return List.of(
        new AddressRoutes(stores.addresses(), Regions.all()::isDistrict, cursors),
        new PointsRoutes(stores.points(), cursors),
        new MarketingRoutes(stores.coupons(), stores.redPackets(), cursors, foundation.clock()),
        new NotificationRoutes(stores.messages(), services.renderer(), cursors));
  }

  private List<Routes> staff() {
    return List.of(
        new StaffOrderRoutes(services.orders(), cursors),
        new DeadLetterRoutes(foundation.database(), stores.deadLetters(), cursors));
  }

  private List<Routes> machinery() {
    return List.of(
        new HealthRoutes(foundation::readiness),
        new MetricsRoutes(foundation.meters()),
        new DocumentRoutes("/openapi.json", () -> resource("/openapi.json")),
        new DocumentRoutes("/.well-known/jwks.json", foundation.tokens()::jwks));
  }

  private Console console() {
    Settings settings = foundation.settings();
    OrderSources sources =
        new OrderSources(
            services.orders(),
            services.effects(),
            stores.fulfilment(),
            Warehouses.demo(),
            stores.payments(),
            stores.refunds(),
            stores.consignees(),
            stores.catalog());
    StaffAccounts accounts =
        StaffAccounts.single(
            Settings.Console.STAFF_NAME, settings.console().password().text(), Set.of("admin"));
    boolean loopback = URI.create("http://" + settings.http().host()).getHost().startsWith("127.");
    return new Console(
        new Console.Entry(
            accounts, foundation.tokens(), foundation.keys().secret("console"), !loopback),
        sources,
        new Console.Engine(
            foundation.database(),
            stores.deadLetters(),
            new AuditDesk(foundation.database(), foundation.ground().jdbcUrl()),
            foundation.meters(),
            foundation::readiness),
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
