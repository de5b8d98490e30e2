package io.tidegate.server.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps of a stop that are waited for no longer than their limit. */
final class Bounded {
  private static final Logger log = LoggerFactory.getLogger(Bounded.class);

  /** What is done, and how it is called in the log. */
  record Step(String name, Runnable work) {}

  private Bounded() {}

  static void run(String name, Duration max, Runnable work) {
    all(max, new Step(name, work));
  }

  /** Runs steps side by side. What fails or takes too long is told, and left behind. */
  static void all(Duration max, Step... steps) {
    List<Thread> threads = new ArrayList<>();
    for (Step step : steps) {
      threads.add(Thread.ofPlatform().daemon().name("stop").start(() -> guarded(step)));
    }
    long until = System.nanoTime() + max.toNanos();
    for (int i = 0; i < steps.length; i++) {
      try {
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
        if (!threads.get(i).join(Duration.ofMillis(left))) {
          log.warn("{} did not stop within {} ms", steps[i].name(), max.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void guarded(Step step) {
    try {
      step.work().run();
    } catch (RuntimeException e) {
      log.warn("{} did not stop cleanly", step.name(), e);
    }
  }
}
