package io.tidegate.platform.db;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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
  private static final Duration POLL = Duration.ofMillis(100);

  private final LaneSettings settings;
  private final ToIntFunction<C> bytes;
  private final BlockingQueue<Pending<C, R>> queue;
  private final LaneBatches<C, ?, R> batches;
  private final LaneMetrics metrics;
  private final Pace pace;
  private final List<Thread> workers = new ArrayList<>();
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
    this.bytes = bytes;
    this.queue = new ArrayBlockingQueue<>(settings.queueMax());
    this.batches = new LaneBatches<C, B, R>(settings, database, handler, metrics);
    this.metrics = metrics;
    this.pace = new Pace(settings.perSecondMax());
    metrics.queue(queue::size);
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
    Pending<C, R> pending = new Pending<>(command, System.nanoTime() + timeMax.toNanos());
    if (closed) {
      throw new LaneRefusal.Closed(settings.name());
    }
    if (!queue.offer(pending)) {
      metrics.full();
      throw new LaneRefusal.Full(settings.name(), RETRY_AFTER);
    }
    return pending.await(settings.name(), timeMax.plus(ANSWER_MAX));
  }

  public int waiting() {
    return queue.size();
  }

  /** Takes no more commands, runs those that wait, and ends. */
  @Override
  public void close() {
    closed = true;
    long end = System.nanoTime() + CLOSE_MAX.toNanos();
    for (Thread worker : workers) {
      try {
        worker.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    refuseTheRest();
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
      }
    }
    refuseTheRest();
  }

  /** Takes the first command, lingers while few are there, and takes what has come. */
  private void gather(List<Pending<C, R>> batch) throws InterruptedException {
    Pending<C, R> first = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      return;
    }
    batch.add(first);
    long lingerNanos = settings.linger().toNanos();
    if (lingerNanos > 0 && queue.size() < settings.lingerBelow() && !closed) {
      linger(batch, System.nanoTime() + lingerNanos);
    }
    int size = bytes.applyAsInt(first.command);
    int commandsMax = pace.allow(settings.batchCommandsMax());
    while (batch.size() < commandsMax && size < settings.batchBytesMax()) {
      Pending<C, R> next = queue.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
      size += bytes.applyAsInt(next.command);
    }
    pace.took(batch.size());
  }

  private void linger(List<Pending<C, R>> batch, long end) throws InterruptedException {
    while (batch.size() < settings.lingerBelow()) {
      long left = end - System.nanoTime();
      Pending<C, R> next = left <= 0 ? null : queue.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      batch.add(next);
    }
  }

  private void refuseTheRest() {
    for (Pending<C, R> left = queue.poll(); left != null; left = queue.poll()) {
      left.fail(new LaneRefusal.Closed(settings.name()));
    }
  }
}
