package io.tidegate.server;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.server.archive.RetireFailure;
import io.tidegate.server.archive.Retirement;
import java.time.Duration;
import java.time.YearMonth;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes months out of the database that are old enough, one after the other, where that is
 * configured; and drops what was detached long ago.
 */
final class RetirementWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RetirementWorker.class);
  private static final Duration FIRST = Duration.ofMinutes(10);
  private static final Duration EVERY = Duration.ofHours(24);

  private final Retirement retirement;
  private final int keptMonths;
  private final Duration detachedKept;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("retirement").factory());

  /**
   * A worker.
   *
   * @param keptMonths how many stay; 0: none leaves by itself
   */
  RetirementWorker(Retirement retirement, int keptMonths, Duration detachedKept) {
    this.retirement = retirement;
    this.keptMonths = keptMonths;
    this.detachedKept = detachedKept;
    var _ =
        executor.scheduleWithFixedDelay(
            this::work, FIRST.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void work() {
    if (keptMonths > 0) {
      int kept = Math.max(Retirement.KEPT_MONTHS_MIN, keptMonths);
      each(() -> retirement.due(kept).forEach(month -> each(() -> retire(month, kept))));
    }
    each(() -> retirement.drop(detachedKept).forEach(month -> log.info("{} was dropped", month)));
  }

  private void retire(YearMonth month, int kept) {
    Retirement.Outcome outcome = retirement.retire(month, kept, false);
    if (!outcome.retired()) {
      log.info("{} stays in the database: {}", month, String.join("; ", outcome.against()));
    }
  }

  /** One that fails holds up no other. */
  private static void each(Runnable work) {
    try {
      work.run();
    } catch (RetireFailure | DatabaseFailure e) {
      log.warn("months that are old enough: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("months that are old enough can't leave", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
