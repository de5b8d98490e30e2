package io.tidegate.platform.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The idempotency keys being worked on in this process: of two requests with one key the second
 * waits for the first, and then runs itself to find the stored answer.
 */
public final class Twins {
  private final ConcurrentHashMap<IdempotencyKey, CountDownLatch> running =
      new ConcurrentHashMap<>();
  private final Semaphore places;
  private final long waitNanos;

  /**
   * @param keysMax keys at once; one more is a 503
   * @param wait how long a twin waits before it is a 409 {@code in_progress}
   */
  public Twins(int keysMax, Duration wait) {
    this.places = new Semaphore(keysMax);
    this.waitNanos = wait.toNanos();
  }

  /** 4,096 keys; a twin waits 5 s. */
  public static Twins standard() {
    return new Twins(4_096, Duration.ofSeconds(5));
  }

  /**
   * Runs the work while no other with this key runs here.
   *
   * @throws Problem 409 {@code in_progress} when the other one takes too long, 503 when too many
   *     run
   */
  public <R> R run(IdempotencyKey key, Callable<R> work) throws Exception {
    if (!places.tryAcquire()) {
      throw Problem.overloaded(1);
    }
    try {
      var mine = new CountDownLatch(1);
      enter(key, mine);
      try {
        return work.call();
      } finally {
        running.remove(key, mine);
        mine.countDown();
      }
    } finally {
      places.release();
    }
  }

  private void enter(IdempotencyKey key, CountDownLatch mine) throws InterruptedException {
    CountDownLatch other = running.putIfAbsent(key, mine);
    if (other == null) {
      return;
    }
    long deadline = System.nanoTime() + waitNanos;
    while (other != null) {
      if (!other.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw Problem.inProgress();
      }
      other = running.putIfAbsent(key, mine);
    }
  }

  /** Keys being worked on. */
  public int size() {
    return running.size();
  }
}
