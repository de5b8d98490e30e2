package io.tidegate.server;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.Route;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.server.config.Settings;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
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

  /** One topic for each first word of an event's type. */
  public static final List<String> TOPICS =
      List.of(
          "tidegate-order",
          "tidegate-payment",
          "tidegate-refund",
          "tidegate-stock",
          "tidegate-shipment",
          "tidegate-customer");

  private static final String TOPIC_PREFIX = "tidegate-";

  private final Ground ground;
  private final Kept kept = new Kept();
  private final AtomicReference<Runnable> wakeRelay = new AtomicReference<>(() -> {});
  private final AtomicReference<@Nullable HttpServer> http = new AtomicReference<>();
  private final AtomicReference<String> sandboxSecret = new AtomicReference<>("");

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
    kept.keep(
        new Upkeep(
            foundation.database(), foundation.clock(), stores.catalog(), stores::partitions));

    Providers providers = Providers.of(foundation, this::callbackUrl);
    sandboxSecret.set(providers.sandboxSecret());
    Services services = Services.of(foundation, stores, providers.byName());
    services.start();

    List<Routes> routes = new RouteTable(foundation, stores, services, providers).all();
    HttpServer server =
        HttpServer.start(
            httpSettings(), foundation.tokens(), foundation.clock(), foundation.meters(), routes);
    http.set(server);
    startMessaging(foundation, services.handlers());
    kept.keep(server);
    // Closed first: whoever waits for a database that is away is told so.
    kept.keep((AutoCloseable) foundation.database()::stopRetrying);
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
                "/tidegate",
                MessagingSettings.of(TOPIC_PREFIX)
                    .withLogKept(ground.settings().messaging().eventsKept()),
                handlers));
    wakeRelay.set(messaging::wake);
    FunctionCounter.builder(
            "tidegate.jvm.allocated",
            (ThreadMXBean) ManagementFactory.getThreadMXBean(),
            ThreadMXBean::getTotalThreadAllocatedBytes)
        .baseUnit("bytes")
        .register(foundation.meters());
    Gauge.builder("tidegate.relay.lag.seconds", () -> messaging.backlog().relaySeconds())
        .register(foundation.meters());
  }

  private String callbackUrl() {
    return "http://" + ground.settings().http().host() + ":" + apiPort() + "/v1/callbacks/sandbox";
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
    return sandboxSecret.get();
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
