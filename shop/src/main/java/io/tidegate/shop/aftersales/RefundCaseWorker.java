package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the steps of refunds that are due, on any node, many at a time. What a process that died
 * had taken is due again after {@link #STEP_MAX}; each step is one transaction, so it is done or
 * not. A step that fails alone is tried again for ever, later each time.
 */
final class RefundCaseWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RefundCaseWorker.class);

  /** Refunds in one transaction. */
  static final int BATCH_MAX = 64;

  /**
   * What a killed process had taken waits so long (L2). A step that takes longer is done once all
   * the same: it is looked at again under its order's lock.
   */
  static final Duration STEP_MAX = Duration.ofSeconds(5);

  /** Of why a step failed, so much is kept. */
  static final int ERROR_CHARS_MAX = 300;

  /** Other nodes' requests are seen by looking; our own wake this worker. */
  private static final Duration SLEEP = Duration.ofMillis(250);

  private final RefundGround ground;
  private final Database database;
  private final RefundCaseStore store;
  private final Thread thread;
  private volatile boolean closed;

  RefundCaseWorker(RefundGround ground) {
    this.ground = ground;
    this.database = ground.database();
    this.store = new RefundCaseStore(database);
    this.thread = Thread.ofVirtual().name("refund-steps").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Steps are due. */
  void signal() {
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // a node without this role never started it
    }
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (workOff() == 0) {
          LockSupport.parkNanos(SLEEP.toNanos());
        }
      } catch (DatabaseFailure e) {
        log.warn("refunds' steps are put off: {}", e.getMessage());
        LockSupport.parkNanos(SLEEP.toNanos());
      } catch (RuntimeException e) {
        log.error("refunds' steps failed", e);
        LockSupport.parkNanos(SLEEP.toNanos());
      }
    }
  }

  /**
   * Takes some steps that are due.
   *
   * @return how many refunds
   */
  int workOff() {
    List<RefundCase> due = store.takeDue(BATCH_MAX, STEP_MAX);
    Map<RefundState, List<RefundCase>> byState =
        due.stream()
            .collect(
                Collectors.groupingBy(
                    RefundCase::state,
                    () -> new EnumMap<>(RefundState.class),
                    Collectors.toList()));
    DatabaseFailure passing = null;
    for (Map.Entry<RefundState, List<RefundCase>> each : byState.entrySet()) {
      try {
        step(each.getKey(), each.getValue());
      } catch (DatabaseFailure e) {
        passing = e; // the other states go on: it may be about some rows only
      }
    }
    if (passing != null) {
      throw passing;
    }
    return due.size();
  }

  private void step(RefundState state, List<RefundCase> due) {
    try {
      run(state, due);
    } catch (DatabaseFailure.Transient | DatabaseFailure.CommitUnknown e) {
      throw e; // not theirs: they are due again when their time is over
    } catch (RuntimeException e) {
      if (due.size() == 1) {
        putOff(due.getFirst(), e);
      } else {
        due.forEach(each -> step(state, List.of(each)));
      }
    }
  }

  private void putOff(RefundCase failed, RuntimeException why) {
    log.error("refund {}: its step is put off", failed.id(), why);
    String error = why.getClass().getSimpleName() + ": " + why.getMessage();
    try {
      store.putOff(
          failed, error.length() <= ERROR_CHARS_MAX ? error : error.substring(0, ERROR_CHARS_MAX));
    } catch (DatabaseFailure.Conflict
        | DatabaseFailure.BadData
        | DatabaseFailure.Broken e) { // it is due again when its time is over
      log.warn("refund {} could not be put off: {}", failed.id(), e.getMessage());
    }
  }

  private void run(RefundState state, List<RefundCase> due) {
    boolean done =
        database.write(
            "refund-step",
            tx ->
                RefundStepBatch.run(tx, ground, state, due.stream().map(RefundCase::id).toList()));
    if (done) {
      ground.published().run();
      ground.heldBack().run();
    }
  }
}
