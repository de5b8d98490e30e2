package io.tidegate.server.cli;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import io.tidegate.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The database of a system, for a command beside it: the running system's, the configured one, else
 * the embedded one, which is started alone and stopped again. A system that has never run has none.
 */
final class FoundDatabase implements AutoCloseable {
  private final String jdbcUrl;
  private final @Nullable EmbeddedPostgres ours;

  private FoundDatabase(String jdbcUrl, @Nullable EmbeddedPostgres ours) {
    this.jdbcUrl = jdbcUrl;
    this.ours = ours;
  }

  static FoundDatabase of(Settings settings, Consumer<String> progress) {
    if (!settings.database().embedded()) {
      return new FoundDatabase(settings.database().url().text(), null);
    }
    Optional<Endpoints> running = Endpoints.ofRunning(settings.data());
    if (running.isPresent()) {
      return new FoundDatabase(running.get().database(), null);
    }
    Path postgres = DataDirectory.postgres(settings.data());
    if (!Files.isDirectory(postgres.resolve("data"))) {
      throw new Failure(
          "no system has ever run in "
              + settings.data()
              + "; start one there with serve, or name the right one with --data");
    }
    progress.accept("starting the database alone");
    EmbeddedPostgres started =
        EmbeddedPostgres.start(postgres, PostgresSettings.forThisMachine(), progress);
    try {
      Migrations.apply(started.jdbcUrl());
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
    return new FoundDatabase(started.jdbcUrl(), started);
  }

  /** Its address, with user and password. */
  String jdbcUrl() {
    return jdbcUrl;
  }

  @Override
  public void close() {
    if (ours != null) {
      ours.close();
    }
  }
}
