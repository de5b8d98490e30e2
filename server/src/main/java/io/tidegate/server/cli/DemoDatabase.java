package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.util.Optional;

/** The database of a demo system, for commands that put orders into it which nobody made. */
final class DemoDatabase {
  private DemoDatabase() {}

  /**
   * The configured database, else that of the system that runs on the data directory.
   *
   * @throws Failure where nothing runs, or what runs is no demo
   */
  static String ofRunning(Settings settings, String command) {
    mustBeDemo(settings, command);
    if (!settings.database().embedded()) {
      return settings.database().url().text();
    }
    return Endpoints.ofRunning(settings.data())
        .orElseThrow(() ->
            new Failure(
                command
                    + " needs a running system: none runs on "
                    + settings.data()
                    + "; name its --data, or --set db.url=..."))
        .database();
  }

  /** Refuses orders that nobody made where customers are real. */
  static void mustBeDemo(Settings settings, String command) {
    Optional<Endpoints> running =
        settings.database().embedded() ? Endpoints.ofRunning(settings.data()) : Optional.empty();
    boolean real = running.filter(told -> told.simulators().isEmpty()).isPresent();
    if (!settings.demo().on() || real) {
      throw new Failure(command + " makes up orders: it runs on a demo system only (demo=true)");
    }
  }
}
