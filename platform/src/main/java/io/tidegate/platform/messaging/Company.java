package io.tidegate.platform.messaging;

import java.time.Duration;

/**
 * How long a consumer waits for company before it does what has come: a batch costs its statements
 * and a commit, however few events it has. Where few come, none waits long; where they come fast,
 * the wait is longer, so that the same processors do more of them.
 */
final class Company {
  /** From so many in an ordinary wait on, events come fast. */
  private static final int FAST = 10;

  private final MessagingSettings settings;
  private long tookNanos;
  private double perNano;

  Company(MessagingSettings settings, long nowNanos) {
    this.settings = settings;
    this.tookNanos = nowNanos;
  }

  /**
   * The time to wait.
   *
   * @param waiting events that have come
   */
  Duration wait(int waiting) {
    if (perNano * settings.linger().toNanos() < FAST) {
      return waiting < settings.lingerBelow() ? settings.linger() : Duration.ZERO;
    }
    double most = settings.busyLinger().toNanos();
    double missing = Math.min(settings.busyBatch(), perNano * most) - waiting;
    return missing <= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.min(most, missing / perNano));
  }

  /** Says that a batch is taken, which tells how fast events come. */
  void took(int events, long nowNanos) {
    perNano = events / (double) Math.max(1, nowNanos - tookNanos);
    tookNanos = nowNanos;
  }
}
