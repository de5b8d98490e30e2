package io.tidegate.server.cli;

import io.tidegate.platform.engine.EmbeddedBroker;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import io.tidegate.server.config.Settings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Database and message broker: ours, started and stopped here, or somebody else's. */
final class EngineRoom {
  /** After this PostgreSQL stops without a checkpoint, and recovers at the next start. */
  static final Duration DATABASE_FAST_STOP_MAX = Duration.ofMillis(1_400);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER_MAX = Duration.ofMillis(500);

  private final DataDirectory data;
  private final Steps steps;
  private @Nullable EmbeddedPostgres postgres;
  private volatile @Nullable EmbeddedBroker broker;
  private volatile boolean externalBrokerUp;
  private volatile boolean closed;
  private String jdbcUrl = "";
  private String namesrv = "";

  EngineRoom(DataDirectory data, Steps steps) {
    this.data = data;
    this.steps = steps;
  }

  /** Returns when the database takes connections; the broker may be starting still. */
  void start(Settings settings, List<String> topics) {
    if (settings.messaging().embedded()) {
      EmbeddedBroker ours =
          EmbeddedBroker.start(
              PrivateFile.folder(data.broker()), Children.broker(topics), steps::say);
      broker = ours;
      namesrv = ours.namesrv();
    } else {
      namesrv = settings.messaging().namesrv();
      Thread.ofPlatform().daemon().name("broker-look").start(this::lookForBroker);
    }
    if (settings.database().embedded()) {
      EmbeddedPostgres ours =
          steps.timed("PostgreSQL runs", () -> startPostgres(settings.diskFreeBytesMin()));
      postgres = ours;
      jdbcUrl = ours.jdbcUrl();
    } else {
      jdbcUrl = settings.database().url().text();
      steps.say("database " + settings.database().url());
      OutsideDatabase.mustServe(settings.database().url(), steps::say);
    }
  }

  private EmbeddedPostgres startPostgres(long diskFreeBytesMin) {
    PostgresSettings usual = PostgresSettings.forThisMachine();
    PostgresSettings settings =
        new PostgresSettings(
            usual.sharedBuffersBytes(),
            usual.cacheBytes(),
            usual.walBytesMax(),
            usual.walBuffersBytes(),
            usual.maintenanceBytes(),
            usual.connectionsMax(),
            DATABASE_FAST_STOP_MAX,
            diskFreeBytesMin,
            usual.syncCreation());
    return EmbeddedPostgres.start(data.postgres(), settings, steps::say);
  }

  String jdbcUrl() {
    return jdbcUrl;
  }

  String namesrv() {
    return namesrv;
  }

  /** Whether messages can be sent now, as far as is known. */
  boolean brokerUp() {
    EmbeddedBroker ours = broker;
    return ours == null ? externalBrokerUp : ours.isUp();
  }

  /** Somebody else's broker: whether one of its name servers takes connections. */
  private void lookForBroker() {
    List<String> servers = List.of(namesrv.split(";"));
    while (!closed) {
      externalBrokerUp = servers.stream().anyMatch(server -> Port.answers(server, ANSWER_MAX));
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  void closeBroker() {
    closed = true;
    EmbeddedBroker ours = broker;
    if (ours != null) {
      ours.close();
    }
  }

  void closeDatabase() {
    EmbeddedPostgres ours = postgres;
    if (ours != null) {
      ours.close();
    }
  }
}
