package io.tidegate.shop.reporting;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels statements that take too long. */
final class Deadlines implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("report-deadlines").factory());

  /** A statement's, which ends with it. */
  static final class Deadline implements AutoCloseable {
    private final Statement statement;
    private volatile boolean past;
    private volatile @org.jspecify.annotations.Nullable ScheduledFuture<?> waiting;

    private Deadline(Statement statement) {
      this.statement = statement;
    }

    private void cancel() {
      past = true;
      try {
        statement.cancel();
      } catch (SQLException e) {
        log.warn("a statement that takes too long can't be cancelled: {}", e.getMessage());
      }
    }

    /** Whether it was cancelled. */
    boolean isPast() {
      return past;
    }

    @Override
    public void close() {
      ScheduledFuture<?> task = waiting;
      if (task != null) {
        task.cancel(false);
      }
    }
  }

  /** Has a statement cancelled unless it ends in time. */
  Deadline cancel(Statement statement, Duration within) {
    Deadline deadline = new Deadline(statement);
    deadline.waiting = timer.schedule(deadline::cancel, within.toMillis(), TimeUnit.MILLISECONDS);
    return deadline;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
