package io.tidegate.platform.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the connections whose bodies take too long to arrive. */
final class SlowBodies implements AutoCloseable {
  /** How much later than due a slow body may be noticed. */
  static final Duration TICK = Duration.ofMillis(250);

  private final long timeoutNanos;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  SlowBodies(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
    this.thread = Thread.ofPlatform().name("http-slow-bodies").daemon().start(this::run);
  }

  Watch watch(Thread reader) {
    var watch = new Watch(reader, System.nanoTime() + timeoutNanos);
    watches.add(watch);
    return watch;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(TICK);
        long now = System.nanoTime();
        for (Watch watch : watches) {
          if (now - watch.deadlineNanos > 0) {
            watch.expire();
          }
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** One body being read. */
  final class Watch {
    private final Thread reader;
    private final long deadlineNanos;
    private final AtomicBoolean settled = new AtomicBoolean();

    private Watch(Thread reader, long deadlineNanos) {
      this.reader = reader;
      this.deadlineNanos = deadlineNanos;
    }

    /** Whether the body came in time; from here on the reader is left alone. */
    boolean done() {
      watches.remove(this);
      return settled.compareAndSet(false, true);
    }

    private void expire() {
      watches.remove(this);
      if (settled.compareAndSet(false, true)) {
        // A thread that reads a socket channel closes it when it is interrupted.
        reader.interrupt();
      }
    }
  }
}
