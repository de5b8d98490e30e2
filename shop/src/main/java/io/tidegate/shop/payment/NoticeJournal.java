package io.tidegate.shop.payment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what providers sent, many at a time and after their answers: nobody waits for it. What
 * money does never depends on it, so where there is no room a notice is counted and not kept.
 */
public final class NoticeJournal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NoticeJournal.class);

  /**
   * Of what is rejected so many are kept in a second: anybody can send them, and as many as they
   * like.
   */
  static final int REJECTED_A_SECOND_MAX = 10;

  /** Some seconds of the most that comes; at most some 40 MB. */
  static final int QUEUE_MAX = 10_000;

  private static final int BATCH_MAX = 1_000;
  private static final Duration GATHER = Duration.ofMillis(200);
  private static final Duration STOP_MAX = Duration.ofSeconds(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final BlockingQueue<KeptNotice> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final NoticeStore store;
  private final Counter lost;
  private final Counter passedOver;
  private final LongSupplier nanos;
  private final Thread thread;
  private final AtomicInteger rejected = new AtomicInteger();
  private final AtomicLong rejectedFrom;
  private volatile boolean closed;

  public NoticeJournal(NoticeStore store, MeterRegistry meters) {
    this(store, meters, System::nanoTime);
  }

  /**
   * @param nanos counts up, as {@link System#nanoTime} does
   */
  NoticeJournal(NoticeStore store, MeterRegistry meters, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
    this.rejectedFrom = new AtomicLong(nanos.getAsLong());
    this.lost =
        Counter.builder("tidegate.notices.not.kept")
            .description("Providers' notices that were answered and could not be kept for later")
            .register(meters);
    this.passedOver =
        Counter.builder("tidegate.notices.rejected.not.kept")
            .description("Rejected notices beyond those of which so many a second are kept")
            .register(meters);
    this.thread = Thread.ofVirtual().name("notice-journal").start(this::run);
  }

  /**
   * Keeps a notice soon, where there is room.
   *
   * @param notice asked for where it is kept
   */
  public void keep(KeptNotice.Verdict verdict, Supplier<KeptNotice> notice) {
    if (verdict == KeptNotice.Verdict.REJECTED && !keepsOneMoreRejected()) {
      passedOver.increment();
    } else if (!queue.offer(notice.get())) {
      lost.increment();
    }
  }

  private boolean keepsOneMoreRejected() {
    long now = nanos.getAsLong();
    long from = rejectedFrom.get();
    if (now - from >= SECOND.toNanos() && rejectedFrom.compareAndSet(from, now)) {
      rejected.set(0);
    }
    return rejected.incrementAndGet() <= REJECTED_A_SECOND_MAX;
  }

  /** What was kept about a payment, newest first. */
  public List<KeptNotice> of(PaymentId payment, int most) {
    return store.of(payment, most);
  }

  private void run() {
    List<KeptNotice> batch = new ArrayList<>(BATCH_MAX);
    try {
      while (!closed || !queue.isEmpty()) {
        KeptNotice first = queue.poll(GATHER.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        if (!closed) {
          Thread.sleep(GATHER); // more come meanwhile: fewer transactions
        }
        queue.drainTo(batch, BATCH_MAX - 1);
        write(batch);
        batch.clear();
      }
    } catch (InterruptedException _) {
      lost.increment(batch.size() + queue.size());
    }
  }

  private void write(List<KeptNotice> batch) {
    try {
      store.add(batch);
    } catch (DatabaseFailure e) {
      lost.increment(batch.size());
      log.debug("{} notices are not kept: {}", batch.size(), e.getMessage());
    } catch (RuntimeException e) {
      lost.increment(batch.size());
      log.error("notices could not be kept", e);
    }
  }

  /** Writes what waits, within a moment. */
  @Override
  public void close() {
    closed = true;
    try {
      if (!thread.join(STOP_MAX)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
