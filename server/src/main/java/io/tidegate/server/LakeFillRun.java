package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.Fills;
import io.tidegate.server.cli.LakeFills;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeFill;
import io.tidegate.shop.reporting.LakeHome;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Fillings of the lake alone, with a DuckDB of the command's own process. */
final class LakeFillRun {

  private static final int CONNECTIONS = 2;
  private static final long MEMORY_BYTES = 1L << 30;
  private static final int THREADS = 2;

  /** Who claims a lake that nobody has written yet. */
  private static final String PLACE = "fill";

  /** Goods that are sold, and what visitors do for each order. */
  private static final int SKUS = 10_000;

  private static final int CLICKS = 5;

  private static final Sql HAS_ORDERS = Sql.of("select exists (select 1 from ordering.orders)");

  private LakeFillRun() {}

  static LakeFills.Report run(
      Settings settings, String jdbcUrl, LakeFills.Wish wish, Fills.Audience audience) {
    Clock clock = Clock.system();
    try (Database database =
            new Database(
                DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), clock);
        Lake lake =
            Lake.open(ReportsWiring.lakeSettings(settings).withEngine(MEMORY_BYTES, THREADS))) {
      if (database.read(HAS_ORDERS, row -> row.getBoolean(1)).getFirst()) {
        throw new Failure(
            "the order database has orders: what is made up for the lake alone must not get among"
                + " them; take a system without orders, or leave out --lake");
      }
      clock.offsetFrom(database::now);
      LakeHome.claim(database, ReportsWiring.lakeSettings(settings), PLACE);
      LocalDate last = LocalDate.ofInstant(clock.instant(), settings.businessZone()).minusDays(1);
      LakeFill.Done done = LakeFill.run(database, lake, wish(wish, last), new Heard(audience));
      return new LakeFills.Report(
          done.orders(), done.rows(), done.bytes(), done.time(), done.orders() == wish.orders());
    } catch (LakeFill.NotEmpty | LakeHome.Refused e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static LakeFill.Wish wish(LakeFills.Wish wish, LocalDate last) {
    long days = ChronoUnit.DAYS.between(last.minusMonths(wish.months()), last);
    return new LakeFill.Wish(
        wish.orders(), Math.toIntExact(days), wish.users(), SKUS, CLICKS, wish.seed(), last);
  }

  /** Whoever watches the command. */
  private record Heard(Fills.Audience audience) implements LakeFill.Audience {
    @Override
    public void filled(long orders, long of) {
      audience.filled(orders, of);
    }

    @Override
    public boolean stopAsked() {
      return audience.stopAsked();
    }
  }
}
