package io.tidegate.broker;

import java.time.Duration;
import org.apache.rocketmq.common.ServiceThread;
import org.apache.rocketmq.store.DefaultMessageStore;

/**
 * A watcher that cuts short the two waits of RocketMQ's shutdown which wait for nothing: the join
 * of threads that sit in a poll of 3 s, and a sleep of 3 s before the store closes. Everything that
 * waits for data to be written is left alone. Ends the process when stopping takes too long.
 */
final class SwiftStop implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(8);
  private static final String EVENT_THREAD = "NettyEventExecutor";

  private final Thread stopping;
  private final Thread watcher;
  private boolean sleepCut;

  private SwiftStop(Thread stopping) {
    this.stopping = stopping;
    this.watcher = Thread.ofPlatform().daemon().name("swift-stop").unstarted(this::watch);
  }

  /** Watches a thread that is about to stop the broker, until closed. */
  static SwiftStop of(Thread stopping) {
    var swift = new SwiftStop(stopping);
    swift.watcher.start();
    return swift;
  }

  private void watch() {
    var began = System.nanoTime();
    try {
      while (System.nanoTime() - began < STOP_MAX.toNanos()) {
        Thread.sleep(LOOK);
        look(stopping.getStackTrace());
      }
    } catch (InterruptedException e) {
      return; // stopped in time
    }
    Runtime.getRuntime().halt(1); // the next start recovers the store
  }

  private void look(StackTraceElement[] stack) {
    for (var i = 1; i < stack.length; i++) {
      if (isIn(stack[i], ServiceThread.class) && isIn(stack[i - 1], Thread.class)) {
        endPolls();
        return;
      }
      if (isIn(stack[i], DefaultMessageStore.class)) {
        // Only the sleep called by the store itself: deeper ones wait for what must be written.
        if (!sleepCut && isSleep(stack[i - 1])) {
          sleepCut = true;
          stopping.interrupt();
        }
        return;
      }
      if (!isIn(stack[i], Thread.class) && !isIn(stack[i], Object.class)) return;
    }
  }

  private static boolean isIn(StackTraceElement frame, Class<?> type) {
    return frame.getClassName().equals(type.getName());
  }

  private static boolean isSleep(StackTraceElement frame) {
    return isIn(frame, Thread.class) && frame.getMethodName().equals("sleep");
  }

  /** Wakes the event threads; the one that is joined has its stop flag set, the others poll on. */
  private void endPolls() {
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(EVENT_THREAD)
          && thread.getState() == Thread.State.TIMED_WAITING) {
        thread.interrupt();
      }
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
