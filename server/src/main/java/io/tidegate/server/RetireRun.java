package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.server.archive.RetireFailure;
import io.tidegate.server.archive.Retirement;
import io.tidegate.server.audit.AuditFailure;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.Retires;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.ArchiveFailure;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeSettings;
import java.util.function.Consumer;

/** Retires a month in this process, for the command line. */
final class RetireRun {

  /** Rendering reads on many sessions at once. */
  private static final int READ_CONNECTIONS = 8;

  private static final int WRITE_CONNECTIONS = 3;

  /** Who claims a lake that nobody has written yet. */
  private static final String PLACE = "retire";

  private RetireRun() {}

  static Retires.Report run(
      Settings settings, String jdbcUrl, Retires.Wish wish, Consumer<String> progress) {
    LakeSettings own =
        LakeSettings.of(
                settings.lake().folder(),
                settings.data().resolve("duckdb-retire"),
                settings.businessZone())
            .withEngine(settings.reports().memoryBytes(), settings.reports().threads());
    try (Database database =
            new Database(
                DatabaseSettings.of(jdbcUrl).withConnections(WRITE_CONNECTIONS, READ_CONNECTIONS),
                Clock.system());
        Lake lake = Lake.open(own)) {
      if (!wish.dryRun()) {
        // Elsewhere nobody would find the files again, and the month would be gone.
        LakeHome.claim(database, own, PLACE);
      }
      Retirement retirement =
          new Retirement(
              jdbcUrl, database, ReportsWiring.archive(settings), lake::connect, progress);
      int kept = Math.max(Retirement.KEPT_MONTHS_MIN, settings.orders().keptMonths());
      Retirement.Outcome outcome =
          wish.dryRun()
              ? retirement.look(wish.month(), kept)
              : retirement.retire(wish.month(), kept, wish.keep());
      return new Retires.Report(outcome.orders(), outcome.against(), outcome.retired());
    } catch (RetireFailure | AuditFailure | ArchiveFailure | LakeHome.Refused e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }
}
