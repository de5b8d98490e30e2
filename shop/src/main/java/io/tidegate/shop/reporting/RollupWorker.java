package io.tidegate.shop.reporting;

import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the rollups up by itself, and checks them once a day. */
public final class RollupWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RollupWorker.class);
  private static final Duration REST = Duration.ofSeconds(5);
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(30);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  private final Rollups rollups;
  private final Supplier<LocalDate> today;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean stopped;

  /** When it was checked last, or is being checked. */
  private @Nullable LocalDate checked;

  private @Nullable RollupCheck checking;

  private RollupWorker(Rollups rollups, Supplier<LocalDate> today) {
    this.rollups = rollups;
    this.today = today;
    this.thread = Thread.ofPlatform().name("rollups").unstarted(this::work);
  }

  /** Starts it. */
  public static RollupWorker start(Rollups rollups, Supplier<LocalDate> today) {
    RollupWorker worker = new RollupWorker(rollups, today);
    worker.thread.start();
    return worker;
  }

  private void work() {
    while (!stopped) {
      try {
        rest(step() ? Duration.ZERO : REST);
      } catch (RuntimeException e) {
        if (!stopped) {
          log.error("the rollups are behind", e);
          rest(REST_AFTER_FAILURE);
        }
      }
    }
  }

  /** Returns whether there is more to do at once. */
  private boolean step() {
    LocalDate day = today.get();
    if (rollups.keepUp(day)) {
      return true;
    }
    RollupCheck check = checking;
    if (check == null) {
      LocalDate last = checkedBefore(day);
      if (!day.isAfter(last)) {
        return false;
      }
      check = rollups.check();
      checking = check;
      checked = day;
    }
    return check(check, day);
  }

  /** What was never checked counts as checked today: it was just made. */
  private LocalDate checkedBefore(LocalDate day) {
    LocalDate last = checked;
    if (last == null) {
      last = rollups.checkedOn().orElse(null);
    }
    if (last == null) {
      rollups.checked(day);
      last = day;
    }
    checked = last;
    return last;
  }

  /** Compares some more; what comes into the lake meanwhile is kept up in between. */
  private boolean check(RollupCheck check, LocalDate day) {
    boolean more = check.next();
    if (!more) {
      checking = null;
      rollups.checked(day);
      Rollups.Checked found = check.found();
      log.info(
          "checked {} days of rollups, {} rows, {} wrong",
          found.days(),
          found.rows(),
          found.wrong().size());
    }
    return true;
  }

  private void rest(Duration time) {
    try {
      if (time.isPositive() && stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        stopped = true;
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }

  @Override
  public void close() {
    stopped = true;
    stopping.countDown();
    try {
      thread.join(STOP_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
