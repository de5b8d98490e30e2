package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A load beside another one. Whoever closes it ends it, however far it is, and waits for that: a
 * bench that fails leaves none to the next one.
 */
final class BackgroundLoad implements AutoCloseable {
  /** The generator looks up every few milliseconds. */
  private static final Duration END_MAX = Duration.ofSeconds(10);

  private final String name;
  private final AtomicBoolean over = new AtomicBoolean();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final FutureTask<Tally> task;
  private final Thread thread;

  private BackgroundLoad(String name, Load load, Traffic traffic) {
    this.name = name;
    this.task = new FutureTask<>(() -> run(load, traffic));
    this.thread = Thread.ofPlatform().name(name.replace(' ', '-')).daemon().unstarted(task);
  }

  /**
   * Begins one.
   *
   * @param name as a failure tells it
   */
  static BackgroundLoad start(String name, Load load, Traffic traffic) {
    BackgroundLoad background = new BackgroundLoad(name, load, traffic);
    background.thread.start();
    return background;
  }

  private Tally run(Load load, Traffic traffic) throws IOException {
    try {
      return LoadGenerator.run(load, traffic, _ -> begun.countDown(), over::get);
    } finally {
      begun.countDown();
    }
  }

  /** Waits until its connections are there, or it has failed. */
  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  /** What it came to, as soon as it is done. */
  Tally result() throws BenchFailure, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new BenchFailure("the " + name + " failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    over.set(true);
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It ends all the same, a little later.
    }
  }
}
