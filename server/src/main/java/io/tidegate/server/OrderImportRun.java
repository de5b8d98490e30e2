package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.OrderImports;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.ImportAudience;
import io.tidegate.shop.reporting.ImportFailure;
import io.tidegate.shop.reporting.ImportReport;
import io.tidegate.shop.reporting.ImportWish;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.OpeningPointsService;
import io.tidegate.shop.reporting.OrderImportService;
import java.nio.file.Path;

/** Imports of another shop's orders, with a DuckDB of the command's own process. */
final class OrderImportRun implements OrderImports {

  private static final int CONNECTIONS = 2;
  private static final long MEMORY_BYTES = 1L << 30;
  private static final int THREADS = 2;

  /** Who claims a lake that nobody has written yet. */
  private static final String PLACE = "import";

  @Override
  public Report run(Settings settings, String jdbcUrl, Wish wish, Audience audience) {
    try (Database database = database(jdbcUrl);
        Lake lake = lake(settings)) {
      LakeHome.claim(database, ReportsWiring.lakeSettings(settings), PLACE);
      ImportReport report =
          new OrderImportService(
                  LakeGround.of(database, new EventLog(database), lake),
                  settings.lake().folder().resolve("archive"))
              .run(
                  new ImportWish(
                      wish.files(),
                      wish.parquet() ? ImportWish.Format.PARQUET : ImportWish.Format.CSV,
                      wish.names(),
                      wish.dryRun()),
                  heard(audience));
      return new Report(
          report.rows(),
          report.badRows(),
          report.orders(),
          report.badOrders(),
          report.same(),
          report.taken(),
          report.months(),
          report.all());
    } catch (ImportFailure | LakeHome.Refused e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public long points(Settings settings, String jdbcUrl, Path file, String by, Audience audience) {
    try (Database database = database(jdbcUrl);
        Lake lake = lake(settings)) {
      return new OpeningPointsService(database, lake).take(file, by, heard(audience));
    } catch (ImportFailure e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static Database database(String jdbcUrl) {
    return new Database(
        DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), Clock.system());
  }

  private static Lake lake(Settings settings) {
    return Lake.open(ReportsWiring.lakeSettings(settings).withEngine(MEMORY_BYTES, THREADS));
  }

  private static ImportAudience heard(Audience audience) {
    return new ImportAudience() {
      @Override
      public void bad(String file, long line, String column, String why) {
        audience.bad(file, line, column, why);
      }

      @Override
      public void says(String step) {
        audience.says(step);
      }

      @Override
      public void reached(long orders, long of) {
        audience.reached(orders, of);
      }

      @Override
      public boolean stopAsked() {
        return audience.stopAsked();
      }
    };
  }
}
