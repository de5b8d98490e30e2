package io.tidegate.server;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.Route;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.BehaviourRoutes;
import io.tidegate.shop.reporting.LakeStatus;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds the program, lowest part first, in one place: a cycle can't be written, since the argument
 * doesn't exist yet. Closing takes it down the other way round.
 *
 * <p>This is the table of contents; its chapters are {@link Foundation}, {@link Stores}, {@link
 * Providers}, {@link Services} and {@link RouteTable}.
 */
public final class Wiring implements AutoCloseable {

  /**
   * One topic for each first word of an event's type, and that of behaviour, which is in no log;
   * each is prefixed as configured.
   */
  public static final List<String> TOPICS =
      List.of(
          "order",
          "payment",
          "refund",
          "return",
          "stock",
          "shipment",
          "customer",
          "sale",
          BehaviourRoutes.TOPIC);

  /** The CloudEvents source of all events. */
  static final String SOURCE = "/tidegate";

  private final Ground ground;
  private final Kept kept = new Kept();
  private final AtomicReference<Runnable> wakeRelay = new AtomicReference<>(() -> {});
  private final AtomicReference<@Nullable HttpServer> http = new AtomicReference<>();
  private final AtomicReference<@Nullable Services> services = new AtomicReference<>();
  private final AtomicReference<@Nullable Messaging> messaging = new AtomicReference<>();
  private final AtomicReference<@Nullable Providers> providers = new AtomicReference<>();

  /**
   * What the program stands on, started before it.
   *
   * @param jdbcUrl the database, with user and password
   * @param namesrv the broker's name server
   * @param brokerUp whether the broker takes messages now
   * @param node this process's name: unique, and the same after a restart
   * @param simulators where payment, carrier, warehouse and SMS are simulated; null without demo
   * @param reports where the process of the reports listens
   */
  public record Ground(
      Settings settings,
      String jdbcUrl,
      String namesrv,
      BooleanSupplier brokerUp,
      String node,
      @Nullable URI simulators,
      ReportsGateway.Address reports) {

    /** Without reports. */
    public Ground(
        Settings settings,
        String jdbcUrl,
        String namesrv,
        BooleanSupplier brokerUp,
        String node,
        @Nullable URI simulators) {
      this(
          settings,
          jdbcUrl,
          namesrv,
          brokerUp,
          node,
          simulators,
          ReportsGateway.Address.of(settings.reports()));
    }
  }

  private Wiring(Ground ground) {
    this.ground = ground;
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

  private void build(Consumer<String> progress) {
    Foundation foundation = Foundation.lay(ground, kept, () -> wakeRelay.get().run(), progress);
    Stores stores = Stores.of(foundation);
    stores.partitions();
    stores.loadGoods(progress);
    Providers providers = Providers.of(foundation, this::callbackUrl);
    this.providers.set(providers);
    Services services = Services.of(foundation, stores, providers);
    this.services.set(services);
    kept.keep(new Upkeep(foundation, stores, services.erasures()));
    services.start();

    LakeStatus lake =
        foundation.has(Role.REPORTS)
            ? new LakeStatus(foundation.database(), ground.settings().lake().store().isGiven())
            : null;
    List<Routes> routes =
        new RouteTable(foundation, stores, services, providers, this::backlog, () -> lagText(lake))
            .all();
    HttpServer server =
        HttpServer.start(
            httpSettings(),
            foundation.tokens(),
            foundation.clock(),
            foundation.meters(),
            foundation.database().tracer(),
            routes);
    http.set(server);
    startMessaging(foundation, services.handlers());
    if (lake != null) {
      lake.register(foundation.meters());
    }
    kept.keep(server);
    // Closed first: whoever waits for a database that is away is told so.
    kept.keep((AutoCloseable) foundation.database()::stopRetrying);
  }

  private static Optional<String> lagText(@Nullable LakeStatus lake) {
    double seconds = lake == null ? Double.NaN : lake.lagSeconds();
    return Double.isNaN(seconds) ? Optional.empty() : Optional.of("%.1f s".formatted(seconds));
  }

  private HttpSettings httpSettings() {
    Settings.Http settings = ground.settings().http();
    return HttpSettings.onPort(settings.port())
        .withHost(settings.host())
        .withConcurrencyMax(settings.concurrencyMax())
        .withLimitPerUser(settings.limitPerUser());
  }

  /** The broker may still be starting, and its client takes a second to load: nobody waits. */
  private void startMessaging(Foundation foundation, List<EventHandler> handlers) {
    Messaging messaging =
        kept.keep(
            Messaging.start(
                foundation.database(),
                ground.namesrv(),
                ground.node(),
                SOURCE,
                MessagingSettings.of(ground.settings().messaging().topicPrefix())
                    .withLogKept(ground.settings().messaging().eventsKept()),
                handlers));
    wakeRelay.set(messaging::wake);
    this.messaging.set(messaging);
    FunctionCounter.builder(
            "tidegate.jvm.allocated",
            (ThreadMXBean) ManagementFactory.getThreadMXBean(),
            ThreadMXBean::getTotalThreadAllocatedBytes)
        .baseUnit("bytes")
        .register(foundation.meters());
    SystemGauges.register(
        foundation, messaging, handlers.stream().map(EventHandler::name).toList());
  }

  private Optional<Backlog> backlog() {
    return Optional.ofNullable(messaging.get()).map(Messaging::backlog);
  }

  private String callbackUrl(String provider) {
    String given = ground.settings().providers().callbackUrl();
    String api =
        given.isEmpty() ? "http://" + ground.settings().http().host() + ":" + apiPort() : given;
    return api + "/v1/callbacks/" + provider;
  }

  /** The port that the API listens on. */
  public int apiPort() {
    HttpServer server = http.get();
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.port();
  }

  /** What the simulators must sign with. */
  public String sandboxSecret() {
    Providers built = providers.get();
    return built == null ? "" : built.sandboxSecret();
  }

  /** What the simulated providers sign and verify with; it may have to be made first. */
  public String simulatorKeys() {
    Providers built = providers.get();
    return built == null ? "" : built.simulatorKeys().get();
  }

  /** What works by itself in this program. */
  Services services() {
    Services built = services.get();
    if (built == null) {
      throw new IllegalStateException("not started");
    }
    return built;
  }

  /** All routes that are served. */
  List<Route> routes() {
    HttpServer server = http.get();
    return server == null ? List.of() : server.routes();
  }

  @Override
  public void close() {
    kept.close();
  }
}
