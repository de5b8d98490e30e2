package io.tidegate.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.http.HealthRoutes;
import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.platform.http.MetricsRoutes;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.Backlog;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.Messaging;
import io.tidegate.platform.messaging.MessagingSettings;
import io.tidegate.platform.messaging.StreamReader;
import io.tidegate.server.archive.Retirement;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.ArchiveFiles;
import io.tidegate.shop.reporting.ArchiveReader;
import io.tidegate.shop.reporting.ArchiveRoutes;
import io.tidegate.shop.reporting.BehaviourRoutes;
import io.tidegate.shop.reporting.BehaviourWriter;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeMirror;
import io.tidegate.shop.reporting.LakeReader;
import io.tidegate.shop.reporting.LakeRepair;
import io.tidegate.shop.reporting.LakeRoutes;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeStatus;
import io.tidegate.shop.reporting.LakeUpkeep;
import io.tidegate.shop.reporting.LakeWriter;
import io.tidegate.shop.reporting.S3MirrorClient;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds the process of the reports: the lake, who writes it, and what is asked of it. Nothing of
 * the order path is in it, so whatever happens to it happens to nobody else.
 */
public final class ReportsWiring implements AutoCloseable {

  /** A batch becomes a file or several: large and rare ones, so that files are few. */
  private static final int BATCH_EVENTS = 20_000;

  private static final int BATCH_BYTES = 32 << 20;
  private static final Duration BATCH_LINGER = Duration.ofSeconds(2);
  private static final int BATCH_LINGER_BELOW = 4_000;

  private final Wiring.Ground ground;
  private final Kept kept = new Kept();
  private final AtomicReference<@Nullable HttpServer> http = new AtomicReference<>();
  private final AtomicReference<@Nullable Messaging> messaging = new AtomicReference<>();
  private @Nullable LakeMirror mirror;

  /** What every part of this process stands on. */
  record Parts(
      Settings settings,
      PrometheusMeterRegistry meters,
      Clock clock,
      Tokens tokens,
      LakeGround ground,
      LakeRepair repair,
      LakeReader reader,
      LakeStatus status) {

    Database database() {
      return ground.database();
    }
  }

  private ReportsWiring(Wiring.Ground ground) {
    this.ground = ground;
  }

  /** Builds all parts and takes requests when it returns. */
  public static ReportsWiring start(Wiring.Ground ground, Consumer<String> progress) {
    ReportsWiring wiring = new ReportsWiring(ground);
    try {
      wiring.build(progress);
      return wiring;
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  private void build(Consumer<String> progress) {
    int migrated = Migrations.apply(ground.jdbcUrl());
    progress.accept("database at this version (" + migrated + " migrations applied)");
    Parts parts = parts();
    parts.status().register(parts.meters());
    HttpServer server =
        HttpServer.start(
            httpSettings(),
            parts.tokens(),
            parts.clock(),
            parts.meters(),
            parts.database().tracer(),
            routes(parts));
    http.set(server);
    hear(parts);
    LakeUpkeep upkeep =
        kept.keep(new LakeUpkeep(parts.ground(), parts.repair(), mirror, parts.clock()));
    upkeep.start();
    kept.keep(server);
    // Closed first: whoever waits for a database that is away is told so.
    kept.keep((AutoCloseable) parts.database()::stopRetrying);
  }

  private Parts parts() {
    Settings settings = ground.settings();
    Clock clock = Clock.system();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Database database =
        kept.keep(
            new Database(
                DatabaseSettings.of(ground.jdbcUrl())
                    .withConnections(
                        Settings.Reports.WRITE_CONNECTIONS, Settings.Reports.READ_CONNECTIONS),
                clock,
                kept.keep(Foundation.tracer(ground, "tidegate-reports", meters))));
    clock.offsetFrom(database::now);
    LakeHome.claim(database, lakeSettings(settings), ground.node());
    Lake lake = kept.keep(Lake.open(lakeSettings(settings)));
    EventLog events = new EventLog(database);
    LakeGround lakeGround = LakeGround.of(database, events, lake);
    mirror = mirror(settings.lake().store());
    if (mirror != null) {
      kept.keep(mirror);
    }
    LakeRepair repair = new LakeRepair(lakeGround, mirror);
    return new Parts(
        settings,
        meters,
        clock,
        Foundation.tokens(settings.identity(), new DatabaseKeys(database), clock),
        lakeGround,
        repair,
        new LakeReader(lakeGround, repair),
        new LakeStatus(database, settings.lake().store().isGiven()));
  }

  /** The lake's second place; the caller closes it. */
  static @Nullable LakeMirror mirror(Settings.Store store) {
    return store.isGiven()
        ? new S3MirrorClient(
            new S3MirrorClient.Store(
                URI.create(store.endpoint()),
                store.region(),
                store.bucket(),
                store.accessKey().text(),
                store.secretKey().text()))
        : null;
  }

  /** The folder of orders that have left the database. */
  static Path archive(Settings settings) {
    return settings.lake().folder().resolve(ArchiveFiles.FOLDER);
  }

  /** Orders that have left the database are looked up here, and leave it here. */
  private ArchiveRoutes archiveRoutes(Parts parts) {
    Path folder = archive(parts.settings());
    try {
      kept.keep(
          new RetirementWorker(
              new Retirement(
                  ground.jdbcUrl(),
                  parts.database(),
                  folder,
                  parts.ground().lake()::connect,
                  _ -> {}),
              parts.settings().orders().keptMonths(),
              parts.settings().orders().detachedKept()));
      return new ArchiveRoutes(
          kept.keep(
              new ArchiveReader(
                  parts.ground().lake().connect(), folder, new ArchiveFiles(parts.database()))),
          new DatabaseKeys(parts.database()).secret(ArchiveRoutes.SECRET));
    } catch (SQLException e) {
      throw new IllegalStateException("the archive can't be opened", e);
    }
  }

  static LakeSettings lakeSettings(Settings settings) {
    return LakeSettings.of(
            settings.lake().folder(), settings.data().resolve("duckdb"), settings.businessZone())
        .withEngine(settings.reports().memoryBytes(), settings.reports().threads());
  }

  /** What is served here; each part of the reports adds its routes, also to ReportsGateway. */
  private List<Routes> routes(Parts parts) {
    ReportDesks reports = ReportDesks.open(parts, kept);
    return List.of(
        new LakeRoutes(parts.status(), parts.repair(), this::behind),
        reports.reports(),
        reports.questions(),
        new HealthRoutes(() -> readiness(parts)),
        new MetricsRoutes(parts.meters()),
        archiveRoutes(parts));
  }

  /** Who hears the event log here. */
  private static List<EventHandler> handlers(Parts parts) {
    return List.of(new LakeWriter(parts.ground(), () -> {}));
  }

  /** Events that are not in the lake yet, published or not. */
  private long behind() {
    Messaging hearing = messaging.get();
    if (hearing == null) {
      return -1;
    }
    Backlog backlog = hearing.backlog();
    return backlog.consumers().stream()
        .filter(consumer -> consumer.consumer().equals(LakeWriter.NAME))
        .mapToLong(consumer ->
            consumer.messages() < 0
                ? -1
                : backlog.relayEvents()
                    + consumer.messages()
                    + consumer.retrying()
                    + consumer.dead())
        .findFirst()
        .orElse(-1);
  }

  private void hear(Parts parts) {
    Messaging hearing =
        kept.keep(
            Messaging.hear(
                "reports",
                parts.database(),
                ground.namesrv(),
                ground.node(),
                MessagingSettings.of(ground.settings().messaging().topicPrefix())
                    .withBatches(BATCH_EVENTS, BATCH_BYTES, BATCH_LINGER, BATCH_LINGER_BELOW),
                handlers(parts)));
    messaging.set(hearing);
    ConsumerMeters.register(parts.meters(), hearing, List.of(LakeWriter.NAME));
    kept.keep(behaviour(parts));
  }

  private BehaviourWriter behaviour(Parts parts) {
    String prefix = ground.settings().messaging().topicPrefix();
    return new BehaviourWriter(
        parts.ground(),
        new StreamReader(
            ground.namesrv(), prefix + BehaviourRoutes.TOPIC, prefix + "group-behaviour"),
        ground.node(),
        BehaviourWriter.Bounds.DEFAULT,
        parts.clock(),
        parts.meters());
  }

  private HttpSettings httpSettings() {
    Settings.Http settings = ground.settings().http();
    return HttpSettings.onPort(settings.port())
        .withHost(settings.host())
        .withConcurrencyMax(settings.concurrencyMax())
        .withLimitPerUser(settings.limitPerUser());
  }

  private ReadyCheck.Readiness readiness(Parts parts) {
    Map<String, Boolean> states = new LinkedHashMap<>();
    states.put("api", true);
    boolean up = parts.database().isUp();
    states.put("database", up);
    states.put("broker", ground.brokerUp().getAsBoolean());
    return new ReadyCheck.Readiness(states, up);
  }

  /** The port that it listens on. */
  public int port() {
    HttpServer server = http.get();
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.port();
  }

  @Override
  public void close() {
    kept.close();
  }
}
