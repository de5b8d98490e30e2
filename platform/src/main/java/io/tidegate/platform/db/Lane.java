package io.tidegate.platform.db;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

/**
 * A lane: takes commands one at a time from many callers, and gives them to the database many at a
 * time.
 *
 * <p>Each caller wakes with its own answer after the commit. While one commit is on its way the
 * next batch gathers, so a single command is as fast as a plain transaction, and the busier it gets
 * the less each command costs.
 *
 * @param <C> a command
 * @param <R> its answer
 */
public final class Lane<C, R> implements AutoCloseable {

  /** Past a command's deadline the answer of a batch under way is still waited for, this long. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(90);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

  /** How long a worker that was interrupted may take to answer its batch. */
  private static final Duration INTERRUPTED_CLOSE_MAX = Duration.ofMillis(500);

  private static final Duration POLL = Duration.ofMillis(100);

  private final LaneSettings settings;
  private final Database database;
  private final ToIntFunction<C> bytes;
  private final BlockingQueue<Pending<C, R>> queue;
  private final LaneBatches<C, ?, R> batches;
  private final LaneMetrics metrics;
  private final Pace pace;
  private final List<Thread> workers = new ArrayList<>();
  private final Runnable stopHook = this::giveUpWaiting;
  private volatile boolean closed;

  /**
   * A running lane.
   *
   * @param bytes a command's size, as far as its texts go
   */
  public <B> Lane(
      LaneSettings settings,
      Database database,
      LaneHandler<C, B, R> handler,
      ToIntFunction<C> bytes,
      LaneMetrics metrics) {
    this.settings = settings;
    this.database = database;
    this.bytes = bytes;
    this.queue = new ArrayBlockingQueue<>(settings.queueMax());
    this.batches = new LaneBatches<C, B, R>(settings, database, handler, metrics, this::isEnding);
    this.metrics = metrics;
    this.pace = new Pace(settings.perSecondMax());
    metrics.queue(queue::size);
    database.whenStopping(stopHook);
    for (int i = 0; i < settings.workers(); i++) {
      workers.add(Thread.ofPlatform().name("lane-" + settings.name() + "-" + i).start(this::work));
    }
  }

  /**
   * Runs a command and waits for its answer.
   *
   * @param timeMax how long it may wait in the queue; later it is not run
   * @throws LaneRefusal when it was not run, or its answer is not known
   * @throws DatabaseFailure when its batch failed
   */
  public R submit(C command, Duration timeMax) {
    if (refuses()) {
      throw new LaneRefusal.Closed(settings.name());
    }
    Pending<C, R> pending =
        new Pending<>(
            command,
            bytes.applyAsInt(command),
            System.nanoTime() + timeMax.toNanos(),
            Queued.by(database.tracer(), settings.name()));
    if (!queue.offer(pending)) {
      metrics.full();
      LaneRefusal full = new LaneRefusal.Full(settings.name(), RETRY_AFTER);
      pending.refused(full);
      throw full;
    }
    if (refuses() && queue.remove(pending)) { // the workers may have ended between the two looks
      LaneRefusal ended = new LaneRefusal.Closed(settings.name());
      pending.refused(ended);
      throw ended;
    }
    return pending.await(settings.name(), timeMax.plus(ANSWER_MAX));
  }

  public int waiting() {
    return queue.size();
  }

  /**
   * Takes no more commands, runs those that wait, and ends. Where the database is away they are
   * refused at once.
   */
  @Override
  public void close() {
    closed = true;
    database.forgetHook(stopHook);
    giveUpWaiting();
    try {
      if (!join(CLOSE_MAX)) {
        workers.forEach(Thread::interrupt);
        join(INTERRUPTED_CLOSE_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    refuseTheRest();
  }

  private boolean join(Duration max) throws InterruptedException {
    long end = System.nanoTime() + max.toNanos();
    boolean all = true;
    for (Thread worker : workers) {
      all &= worker.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
    }
    return all;
  }

  /** Ends the waits of batches that have met a database that is away: nobody waits for it now. */
  private void giveUpWaiting() {
    if (batches.areInTrouble()) {
      workers.forEach(Thread::interrupt);
    }
  }

  private boolean isEnding() {
    return closed || database.isStopping();
  }

  private boolean refuses() {
    return closed || database.isStopping() && batches.areInTrouble();
  }

  private void work() {
    List<Pending<C, R>> batch = new ArrayList<>();
    while (!closed || !queue.isEmpty()) {
      try {
        gather(batch);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      if (!batch.isEmpty()) {
        batches.run(batch);
        batch.clear();
        if (isEnding() && batches.areInTrouble()) {
          refuseTheRest();
        }
      }
    }
    refuseTheRest();
  }

  /** Takes the first command and what has come since, and lingers while that is little. */
  private void gather(List<Pending<C, R>> batch) throws InterruptedException {
    int commandsMax = pace.allow(settings.batchCommandsMax());
    long bytesLeft = settings.batchBytesMax();
    Pending<C, R> next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
    boolean lingers = !settings.linger().isZero();
    while (next != null) {
      if (isInTime(next)) {
        batch.add(next);
        bytesLeft -= next.bytes;
      }
      if (batch.size() >= commandsMax || bytesLeft <= 0) {
        break;
      }
      next = queue.poll();
      if (next == null && lingers && batch.size() < settings.lingerBelow() && !closed) {
        // One nap: waiting at the queue would wake this thread for each command that comes.
        lingers = false;
        LockSupport.parkNanos(settings.linger().toNanos());
        next = queue.poll();
      }
    }
    pace.took(batch.size());
  }

  /** What waited too long is refused before it counts: a lane behind its time works on the rest. */
  private boolean isInTime(Pending<C, R> pending) {
    if (!pending.isExpired(System.nanoTime())) {
      return true;
    }
    metrics.expired();
    pending.fail(new LaneRefusal.Expired(settings.name()));
    return false;
  }

  private void refuseTheRest() {
    for (Pending<C, R> left = queue.poll(); left != null; left = queue.poll()) {
      left.fail(new LaneRefusal.Closed(settings.name()));
    }
  }
}
