package io.tidegate.shop.fulfilment;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.fulfilment.ShipmentBatch.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves parcels on: takes those that are due, asks the outside world, and writes what it said.
 *
 * <p>Nobody waits for it, and it holds no transaction while it asks. On any number of nodes: a
 * lease keeps a parcel from being asked for twice, and its version keeps two answers from being
 * written.
 */
public final class FulfilmentWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FulfilmentWorker.class);

  /** Parcels in one transaction. */
  private static final int WRITE_ROWS_MAX = 256;

  /** How long answers gather before they are written: nobody waits for them. */
  private static final Duration LINGER = Duration.ofMillis(30);

  /** How long room gathers before more parcels are taken, while there are more than fit. */
  private static final Duration CLAIM_LINGER = Duration.ofMillis(20);

  private static final Duration DATABASE_DOWN_PAUSE = Duration.ofSeconds(1);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final Database database;
  private final FulfilmentStore store;
  private final FulfilmentSettings settings;
  private final Outside outside;
  private final Semaphore steps;
  private final Semaphore signals = new Semaphore(0);
  private final BlockingQueue<Report> reports;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running = true;

  public FulfilmentWorker(
      Database database,
      FulfilmentStore store,
      FulfilmentSettings settings,
      Outside outside,
      MeterRegistry meters) {
    this.database = database;
    this.store = store;
    this.settings = settings;
    this.outside = outside;
    this.steps = new Semaphore(settings.stepsMax());
    this.reports = new ArrayBlockingQueue<>(settings.stepsMax());
    Gauge.builder(
            "tidegate.fulfilment.steps", steps, s -> settings.stepsMax() - s.availablePermits())
        .description("Parcels whose next step is being done")
        .register(meters);
  }

  /** Begins to work. Once. */
  public void start() {
    threads.add(Thread.ofVirtual().name("fulfilment-claim").start(() -> forever(this::claim)));
    threads.add(Thread.ofVirtual().name("fulfilment-write").start(() -> forever(this::write)));
  }

  /**
   * In the place of {@link #start}, where there is nobody who ships: what a warehouse outside was
   * told of before it was turned off stands among the stuck parcels.
   */
  public void standDown() {
    store.nobodyShips();
  }

  /** Says that a parcel may be due: call it after a commit that planned or cancelled. */
  public void signal() {
    if (signals.availablePermits() == 0) {
      signals.release();
    }
  }

  /** Stops taking parcels and waits a little for those in work; the rest is taken up later. */
  @Override
  public void close() {
    running = false;
    try {
      if (!steps.tryAcquire(settings.stepsMax(), STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        log.info("parcels in work are taken up after their lease");
      }
      threads.forEach(Thread::interrupt);
      for (Thread thread : threads) {
        thread.join(STOP_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One round of work; it may wait. */
  private interface Round {
    void run() throws InterruptedException;
  }

  private void forever(Round round) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        round.run();
      } catch (InterruptedException _) {
        return;
      } catch (DatabaseFailure e) {
        log.warn("the database did not take it, again soon: {}", e.getMessage());
        pause(DATABASE_DOWN_PAUSE);
      } catch (RuntimeException e) {
        log.error("parcels are not moved on, again soon", e);
        pause(DATABASE_DOWN_PAUSE);
      }
    }
  }

  private void claim() throws InterruptedException {
    steps.acquire();
    int free = 1 + steps.drainPermits();
    int wanted = Math.min(free, settings.claimRowsMax());
    int taken = 0;
    try {
      if (!running) {
        return;
      }
      List<ShipmentStore.Due> due =
          database.write(
              "fulfilment-claim", tx -> ShipmentStore.claim(tx, wanted, settings.lease()));
      for (ShipmentStore.Due one : due) {
        Thread.startVirtualThread(() -> step(one));
        taken++;
      }
    } finally {
      steps.release(free - taken);
    }
    if (taken < wanted) {
      sleep();
    } else {
      Thread.sleep(CLAIM_LINGER);
    }
  }

  private void sleep() throws InterruptedException {
    Long millis = database.read(ShipmentStore.EARLIEST, row -> row.getLongOrNull(1)).getFirst();
    long wait = settings.sleepMax().toMillis();
    if (millis != null) {
      wait = Math.clamp(millis + 1, 1, wait);
    }
    if (signals.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
      signals.drainPermits();
    }
  }

  private void step(ShipmentStore.Due due) {
    Shipment shipment = due.shipment();
    Seen seen;
    try {
      seen = outside.step(shipment, due.toRegion());
    } catch (RuntimeException e) {
      log.error("a step of {} broke", shipment.id(), e);
      seen = new Seen.Failed("a step that broke, see the log");
    }
    // There is room: it has as many places as there are steps.
    reports.add(new Report(shipment.id(), shipment.version(), seen));
  }

  private void write() throws InterruptedException {
    List<Report> batch = new ArrayList<>();
    batch.add(reports.take());
    if (reports.size() < WRITE_ROWS_MAX) {
      Thread.sleep(LINGER);
    }
    reports.drainTo(batch, WRITE_ROWS_MAX - 1);
    try {
      write(batch);
    } finally {
      steps.release(batch.size());
      signal();
    }
  }

  private void write(List<Report> batch) {
    @Nullable RuntimeException failure = tryWrite(batch);
    if (failure == null) {
      return;
    }
    if (failure instanceof DatabaseFailure.Transient || batch.size() == 1) {
      // Its lease ends, and then it is asked for again.
      throw failure;
    }
    for (Report report : batch) {
      @Nullable RuntimeException alone = tryWrite(List.of(report));
      if (alone != null) {
        log.warn("what was seen of {} can't be written: {}", report.id(), alone.getMessage());
      }
    }
  }

  private @Nullable RuntimeException tryWrite(List<Report> batch) {
    try {
      database.write(
          "fulfilment-step",
          tx -> {
            store.report(tx, batch);
            return true;
          });
      return null;
    } catch (DatabaseFailure e) {
      return e;
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
