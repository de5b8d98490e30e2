package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.privacy.ErasureService;
import io.tidegate.shop.reporting.ArchiveMonths;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does beside everything else: its clock, old marks, partitions ahead of their time,
 * erasures that waited.
 */
final class Upkeep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  /** Another node's price edit is shown here within this; orders are priced exactly anyway. */
  private static final Duration CATALOG_EVERY = Duration.ofSeconds(1);

  private static final Duration CLOCK_EVERY = Duration.ofSeconds(10);
  private static final Duration MARKS_EVERY = Duration.ofMinutes(10);
  private static final Duration PARTITIONS_EVERY = Duration.ofHours(12);
  private static final Duration ERASURES_EVERY = Duration.ofMinutes(10);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("upkeep").factory());

  Upkeep(Foundation foundation, Stores stores, ErasureService erasures) {
    Database database = foundation.database();
    every(CATALOG_EVERY, "the view of goods", stores::refreshGoods);
    every(ArchiveMonths.LOOK_EVERY, "the view of the archive", stores.archiveMonths()::refresh);
    every(CLOCK_EVERY, "the clock's offset", () -> foundation.clock().offsetFrom(database::now));
    every(MARKS_EVERY, "old marks", database::forgetOldMarks);
    every(MARKS_EVERY, "old notices", new NoticeStore(database)::forgetOld);
    every(PARTITIONS_EVERY, "partitions", stores::partitions);
    every(ERASURES_EVERY, "erasures that waited for an order's end", erasures::finish);
  }

  private void every(Duration time, String what, Runnable work) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (DatabaseFailure e) {
                log.warn("{}: {}", what, e.getMessage());
              } catch (RuntimeException e) {
                log.error("{} failed", what, e);
              }
            },
            time.toMillis(),
            time.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
