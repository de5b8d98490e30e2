package io.tidegate.server.probe;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.LaneProbes;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.customer.AddressStore;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.AskService;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.PlaceRoutes;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.Placing;
import io.tidegate.shop.ordering.QuoteText;
import io.tidegate.shop.ordering.TariffBook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The API's edge without a lane: the real route with its token, JSON, twins and receipt, and behind
 * it a decision that nothing is kept of. On loopback only.
 */
public final class EdgeProbe implements LaneProbes.Edge {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int CONNECTIONS = 2;

  /** Any node will do for numbers that nobody keeps. */
  private static final int NODE = 0;

  private final Database database;
  private final HttpServer server;

  private EdgeProbe(Database database, HttpServer server) {
    this.database = database;
    this.server = server;
  }

  /** Starts it; goods and the keys of tokens are read from the database once. */
  public static EdgeProbe start(Settings settings, String jdbcUrl, int port) {
    Settings.Identity identity = settings.identity();
    if (identity.external()) {
      throw new Failure("tokens come from " + identity.issuer() + ", which a probe doesn't ask");
    }
    Clock clock = Clock.system();
    Database database =
        new Database(DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), clock);
    try {
      clock.offsetFrom(database::now);
      TariffBook tariffs = TariffBook.of(database);
      Tokens tokens =
          Tokens.local(
              IdentitySettings.local(identity.issuer(), identity.audience()),
              new DatabaseKeys(database),
              clock);
      PlaceRoutes routes =
          new PlaceRoutes(
              new Unkept(tariffs, clock, settings.orders().payWindow()),
              new AskService(
                  new AddressStore(database),
                  new CouponStore(database),
                  new RedPacketStore(database),
                  tariffs,
                  clock,
                  Regions.all()::isDistrict),
              new QuoteText(new DatabaseKeys(database).secret("quotes")),
              Twins.standard(),
              PlaceRoutes.bound(settings.http().concurrencyMax(), 0));
      HttpSettings http =
          HttpSettings.onPort(port)
              .withHost(LOOPBACK)
              .withConcurrencyMax(settings.http().concurrencyMax())
              .withLimitPerUser(settings.http().limitPerUser());
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      return new EdgeProbe(
          database, HttpServer.start(http, tokens, clock, meters, List.of(routes)));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    database.close();
  }

  /** Decides by today's prices, and keeps nothing. */
  private record Unkept(TariffBook tariffs, Clock clock, Duration payWindow, OrderNumbers numbers)
      implements Placing {

    Unkept(TariffBook tariffs, Clock clock, Duration payWindow) {
      this(tariffs, clock, payWindow, new OrderNumbers(clock, NODE, () -> true));
    }

    @Override
    public OrderNumber nextNumber(long userId) {
      return numbers.next(userId);
    }

    @Override
    public Outcome<Placed, PlaceOrder.Refusal> place(PlaceOrder command) {
      Instant now = clock.instant();
      Outcome<Order, PlaceOrder.Refusal> outcome =
          command.decide(tariffs.seen().tariff(), now, now.plus(payWindow));
      return switch (outcome) {
        case Outcome.Applied<Order, PlaceOrder.Refusal>(Order order) ->
            Outcome.applied(Placed.of(command, order));
        case Outcome.AlreadyApplied<Order, PlaceOrder.Refusal>(Order order) ->
            Outcome.alreadyApplied(Placed.of(command, order));
        case Outcome.Refused<Order, PlaceOrder.Refusal>(PlaceOrder.Refusal why) ->
            Outcome.refused(why);
      };
    }
  }
}
