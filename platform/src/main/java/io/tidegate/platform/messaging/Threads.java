package io.tidegate.platform.messaging;

import java.time.Duration;

/** How threads of this package are ended. */
final class Threads {

  private Threads() {}

  /** Waits for a thread that was told to end; interrupts it when it takes too long. */
  static void join(Thread thread, Duration wait) {
    try {
      if (!thread.isAlive() || thread.join(wait)) {
        return;
      }
      thread.interrupt();
      thread.join(wait);
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
