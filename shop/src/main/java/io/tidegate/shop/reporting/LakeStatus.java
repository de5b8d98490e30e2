package io.tidegate.shop.reporting;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.ConsumerLag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How the lake stands, as manifest and log tell: without a look at its files. */
public final class LakeStatus {

  private static final Duration KEPT = Duration.ofSeconds(5);

  private static final Sql TABLES =
      Sql.of(
          """
          select tbl, count(*), sum(rows)::bigint, sum(bytes)::bigint, count(distinct day),
            max(newest)
          from reporting.file where state = 'live' group by tbl order by tbl
          """);
  private static final Sql REST =
      Sql.of(
          """
          select (select count(*) from reporting.file where state = 'lost'),
            (select count(*) from reporting.file
              where state = 'live' and waiting_since is not null),
            (select count(*) from reporting.file where state = 'live' and uploaded_at is null),
            (select count(*) from reporting.archive_file where uploaded_at is null),
            (select coalesce(extract(epoch from clock_timestamp() - min(made_at)), 0)::bigint
              from reporting.file where state = 'live' and uploaded_at is null)
          """);

  /** A table's files. */
  public record Table(String name, long files, long rows, long bytes, long days, Instant newest) {}

  /**
   * All of it.
   *
   * @param lagSeconds how long the oldest event that is not in the lake yet has waited
   * @param lost files that can't be made again
   * @param waiting files that can't be had now, and are left out until they can
   * @param notUploaded files that the mirror has not yet, also of the archive; 0 without a mirror
   * @param notUploadedSeconds how long the oldest of the lake's waits for it
   */
  public record Look(
      List<Table> tables,
      double lagSeconds,
      long lost,
      long waiting,
      long notUploaded,
      long notUploadedSeconds) {}

  private record Rest(long lost, long waiting, long notUploaded, long seconds) {}

  private final Database database;
  private final ConsumerLag lag;
  private final boolean mirrored;
  private @Nullable Look last;
  private long lastNanos;

  /**
   * @param mirrored whether the lake has a second place
   */
  public LakeStatus(Database database, boolean mirrored) {
    this.database = database;
    this.lag = new ConsumerLag(database, LakeWriter.NAME, LakeWriter.TYPES);
    this.mirrored = mirrored;
  }

  public Look look() {
    List<Table> tables =
        database.read(
            TABLES,
            row ->
                new Table(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getInstant(6)));
    Rest rest =
        database
            .read(
                REST,
                row ->
                    new Rest(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3) + row.getLong(4),
                        row.getLong(5)))
            .getFirst();
    return new Look(
        tables,
        lag.look().toMillis() / 1_000.0,
        rest.lost(),
        rest.waiting(),
        mirrored ? rest.notUploaded() : 0,
        mirrored ? Math.max(0, rest.seconds()) : 0);
  }

  /** Shows it to whoever watches; asked often, the database is asked every few seconds. */
  public void register(MeterRegistry meters) {
    gauge(meters, "tidegate.lake.lag.seconds", Look::lagSeconds);
    gauge(
        meters,
        "tidegate.lake.files",
        look -> look.tables().stream().mapToLong(Table::files).sum());
    gauge(
        meters, "tidegate.lake.rows", look -> look.tables().stream().mapToLong(Table::rows).sum());
    gauge(
        meters,
        "tidegate.lake.bytes",
        look -> look.tables().stream().mapToLong(Table::bytes).sum());
    gauge(meters, "tidegate.lake.lost.files", Look::lost);
    gauge(meters, "tidegate.lake.waiting.files", Look::waiting);
    gauge(meters, "tidegate.lake.not.uploaded.files", Look::notUploaded);
    gauge(meters, "tidegate.lake.not.uploaded.seconds", Look::notUploadedSeconds);
  }

  private void gauge(MeterRegistry meters, String name, ToDoubleFunction<Look> value) {
    Gauge.builder(name, this, status -> value.applyAsDouble(status.recent()))
        .strongReference(true)
        .register(meters);
  }

  /** As of a few seconds ago at most; NaN while the database is away. */
  public double lagSeconds() {
    return recent().lagSeconds();
  }

  private synchronized Look recent() {
    Look known = last;
    if (known != null && System.nanoTime() - lastNanos < KEPT.toNanos()) {
      return known;
    }
    try {
      Look fresh = look();
      last = fresh;
      lastNanos = System.nanoTime();
      return fresh;
    } catch (DatabaseFailure e) {
      return new Look(List.of(), Double.NaN, 0, 0, 0, 0);
    }
  }
}
