package io.tidegate.shop.effects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.effects.DecisionStore.Claimed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has it decided what orders bring that wait for it, records what is said, and grants it. Asking
 * happens outside of any transaction, each order by itself, so one that is not answered holds up no
 * other. Any number of nodes may run one; whom one leaves behind is taken up after its lease.
 */
public final class GrantWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GrantWorker.class);
  private static final Duration DATABASE_DOWN_PAUSE = Duration.ofSeconds(1);
  private static final Duration STOP_MAX = Duration.ofSeconds(1);

  /** How long answers gather before they are written, where few are there. */
  private static final Duration LINGER = Duration.ofMillis(5);

  /** What was said about an order. */
  record Heard(Claimed claimed, GrantAnswer answer) {}

  private final GrantService grants;
  private final GrantSettings settings;
  private final DecisionStore store;
  private final GrantBatch batch;
  private final MeterRegistry meters;
  private final Semaphore calls;
  private final Semaphore again;
  private final Semaphore signals = new Semaphore(0);
  private final BlockingQueue<Heard> heard;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running = true;

  public GrantWorker(
      Database database,
      GrantService grants,
      GrantStores stores,
      GrantSettings settings,
      MeterRegistry meters) {
    this.grants = grants;
    this.settings = settings;
    this.store = new DecisionStore(database);
    this.batch = new GrantBatch(database, grants, stores, settings);
    this.meters = meters;
    this.calls = new Semaphore(settings.callsMax());
    this.again = new Semaphore(settings.againMax());
    this.heard = new ArrayBlockingQueue<>(settings.callsMax());
  }

  /**
   * Begins to work. Once.
   *
   * @param asks whether this node asks and grants; else it only looks whether others do
   */
  public void start(boolean asks) {
    threads.add(Thread.ofVirtual().name("grants-claim").start(() -> forever(() -> claim(asks))));
    if (asks) {
      threads.add(Thread.ofVirtual().name("grants-write").start(() -> forever(this::write)));
    }
  }

  /** Says that an order may wait: call it after a commit of who writes that. Cheap. */
  public void signal() {
    if (grants.isRecording() && signals.availablePermits() == 0) {
      signals.release();
    }
  }

  /** Stops taking orders and waits a little for those in work; the rest is taken up later. */
  @Override
  public void close() {
    running = false;
    try {
      if (!calls.tryAcquire(settings.callsMax(), STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        log.info("orders that are asked about are taken up after their lease");
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
    while (running && !Thread.currentThread().isInterrupted()) {
      try {
        round.run();
      } catch (InterruptedException _) {
        return;
      } catch (DatabaseFailure e) {
        log.warn("what orders bring waits for the database: {}", e.getMessage());
        pause();
      } catch (RuntimeException e) {
        log.error("what orders bring is not granted, again soon", e);
        pause();
      }
    }
  }

  private void claim(boolean asks) throws InterruptedException {
    if (!grants.isRecording()) {
      Thread.sleep(settings.lookEvery());
      grants.look();
      return;
    }
    if (!asks) {
      Thread.sleep(settings.lookEvery()); // there is nothing to find out any more
      return;
    }
    boolean more = take(false);
    more |= take(true);
    batch.grantLeft();
    if (!more && signals.tryAcquire(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS)) {
      signals.drainPermits();
    }
  }

  /**
   * Takes what is due, as far as there is room.
   *
   * @param repeats those that were asked about before, or else those that never were
   * @return whether there may be more
   */
  private boolean take(boolean repeats) throws InterruptedException {
    int free = repeats ? roomForRepeats() : room();
    if (free == 0) {
      return !repeats; // whoever is answered makes room
    }
    int taken = 0;
    try {
      for (Claimed claimed : store.claim(repeats, free, settings.lease())) {
        Thread.startVirtualThread(() -> ask(claimed));
        taken++;
      }
    } finally {
      calls.release(free - taken);
      if (repeats) {
        again.release(free - taken);
      }
    }
    return taken == free;
  }

  private int room() throws InterruptedException {
    return calls.tryAcquire(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS)
        ? 1 + calls.drainPermits()
        : 0;
  }

  private int roomForRepeats() {
    int free = again.drainPermits();
    int both = Math.min(free, calls.availablePermits());
    int got = both > 0 && calls.tryAcquire(both) ? both : 0;
    again.release(free - got);
    return got;
  }

  private void ask(Claimed claimed) {
    GrantAnswer answer;
    try {
      answer = grants.grantor().decide(claimed.question());
    } catch (RuntimeException e) {
      log.error("the question about order {} broke", claimed.question().order(), e);
      answer = new GrantAnswer.Unknown("error");
    }
    // There is room: it has as many places as there are calls.
    heard.add(new Heard(claimed, answer));
  }

  private void write() throws InterruptedException {
    List<Heard> some = new ArrayList<>();
    some.add(heard.take());
    Thread.sleep(LINGER);
    heard.drainTo(some, settings.writeRowsMax() - 1);
    try {
      GrantBatch.Recorded recorded = batch.record(some);
      recorded.refused().forEach(this::refused);
      if (recorded.late() > 0) {
        count("tidegate.grants.late", "Answers that came after a refund had withheld all", "")
            .increment(recorded.late());
      }
      batch.grant(recorded.decided());
    } finally {
      calls.release(some.size());
      int repeats = (int) some.stream().filter(each -> each.claimed().tries() > 1).count();
      again.release(repeats);
      if (repeats < some.size()) {
        signal();
      }
    }
  }

  /** Counted each time, and told where it is new of its order. */
  private void refused(GrantBatch.Refused refused) {
    count("tidegate.grants.refused", "What orders were to bring, and was refused", refused.why())
        .increment();
    if (refused.isNew()) {
      log.warn("what order {} is to bring is refused: {}", refused.order(), refused.why());
    }
  }

  private Counter count(String name, String words, String why) {
    Counter.Builder counter = Counter.builder(name).description(words);
    return (why.isEmpty() ? counter : counter.tag("why", why)).register(meters);
  }

  private static void pause() {
    try {
      Thread.sleep(DATABASE_DOWN_PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
