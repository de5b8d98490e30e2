package io.tidegate.platform.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the connections whose heads or bodies take too long to arrive, after they were told so. */
final class SlowRequests implements AutoCloseable {
  /** How much later than due a slow request may be noticed. */
  static final Duration TICK = Duration.ofMillis(250);

  /** How long a client may take to take its answer. */
  private static final Duration TELL_MAX = Duration.ofSeconds(1);

  private final long headNanosMax;
  private final long bodyNanosMax;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  /**
   * @param head for the first line and the headers, from their first bytes
   * @param body for the body
   */
  SlowRequests(Duration head, Duration body) {
    this.headNanosMax = head.toNanos();
    this.bodyNanosMax = body.toNanos();
    this.thread = Thread.ofPlatform().name("http-slow-requests").daemon().start(this::run);
  }

  /**
   * Watches a head being read by this thread.
   *
   * @param tell answers the client
   */
  Watch watchHead(Runnable tell) {
    return watch(headNanosMax, tell);
  }

  /** The same for a body. */
  Watch watchBody(Runnable tell) {
    return watch(bodyNanosMax, tell);
  }

  private Watch watch(long nanosMax, Runnable tell) {
    var watch = new Watch(Thread.currentThread(), System.nanoTime() + nanosMax, tell);
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

  /** One head or body being read. */
  final class Watch {
    private final Thread reader;
    private final long deadlineNanos;
    private final Runnable tell;
    private final AtomicBoolean settled = new AtomicBoolean();

    private Watch(Thread reader, long deadlineNanos, Runnable tell) {
      this.reader = reader;
      this.deadlineNanos = deadlineNanos;
      this.tell = tell;
    }

    /** Whether all of it came in time; from here on the reader is left alone. */
    boolean done() {
      watches.remove(this);
      return settled.compareAndSet(false, true);
    }

    private void expire() {
      watches.remove(this);
      if (settled.compareAndSet(false, true)) {
        Thread.startVirtualThread(this::end);
      }
    }

    private void end() {
      try {
        Thread.startVirtualThread(tell).join(TELL_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // A thread that reads a socket channel closes it when it is interrupted.
      reader.interrupt();
    }
  }
}
