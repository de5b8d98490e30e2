package io.tidegate.harness.simulators;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends notices until they are acknowledged, at most a fixed number at a time, and repeats them on
 * the provider's schedule.
 */
final class Callbacks implements AutoCloseable {
  /** When an unacknowledged notice is sent again, counted from the try before. */
  static final List<Duration> REPEATS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15));

  /** Notices that are not yet acknowledged nor given up. */
  static final int OUTSTANDING_MAX = 20_000;

  /** A provider has room for many shops: what waits for an answer must not hold up the others. */
  private static final int SENDERS = 512;

  private final List<Duration> repeats;
  private final DelayQueue<Delivery> queue = new DelayQueue<>();
  private final Semaphore room = new Semaphore(OUTSTANDING_MAX);
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong givenUp = new AtomicLong();
  private final List<Thread> senders;
  private volatile boolean open = true;

  private record Delivery(Notice notice, int tries, long dueNanos) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return other instanceof Delivery(_, _, long due)
          ? Long.signum(dueNanos - due)
          : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  Callbacks(List<Duration> repeats) {
    this.repeats = repeats;
    this.senders =
        java.util.stream.IntStream.range(0, SENDERS)
            .mapToObj(i -> Thread.ofVirtual().name("callback-" + i).start(this::send))
            .toList();
  }

  /**
   * Makes room for {@code notices} before the facts that they will tell are made. Returns whether
   * there was room; then {@link #post} must follow, or {@link #release}.
   */
  boolean reserve(int notices) {
    return room.tryAcquire(notices);
  }

  void release(int notices) {
    room.release(notices);
  }

  /** Sends a notice, for which room was reserved, after the delay. */
  void post(Notice notice, Duration delay) {
    queue.add(new Delivery(notice, 0, System.nanoTime() + delay.toNanos()));
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long givenUp() {
    return givenUp.get();
  }

  int outstanding() {
    return OUTSTANDING_MAX - room.availablePermits();
  }

  private void send() {
    try (CallbackClient client = new CallbackClient()) {
      while (open) {
        Delivery delivery = queue.take();
        boolean success = sent(client, delivery.notice());
        delivery.notice().tried().countDown();
        if (success) {
          acknowledged.incrementAndGet();
          room.release();
        } else {
          again(delivery);
        }
      }
    } catch (InterruptedException e) {
      // The simulators stop; what is outstanding is lost, as it is when a provider fails.
    }
  }

  private boolean sent(CallbackClient client, Notice notice) {
    try {
      return client.post(notice.url(), notice.body(), notice.style());
    } catch (IOException e) {
      return false; // The shop is down or slow; the schedule decides when to try again.
    }
  }

  private void again(Delivery delivery) {
    int tries = delivery.tries() + 1;
    if (tries > repeats.size()) {
      givenUp.incrementAndGet();
      room.release();
      return;
    }
    long due = System.nanoTime() + repeats.get(tries - 1).toNanos();
    queue.add(new Delivery(delivery.notice(), tries, due));
  }

  @Override
  public void close() {
    open = false;
    senders.forEach(Thread::interrupt);
  }
}
