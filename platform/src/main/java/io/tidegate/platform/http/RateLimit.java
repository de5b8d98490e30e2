package io.tidegate.platform.http;

import io.tidegate.platform.clock.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the requests of each caller in a window that begins with the first of them. */
public final class RateLimit {
  /** Callers counted at once; past it new ones go uncounted, the bound on requests still holds. */
  static final int CALLERS_MAX = 500_000;

  /** Offices, mobile networks and proxies send the requests of many from one address. */
  static final int CALLERS_PER_ADDRESS = 50;

  /**
   * What is left to a caller.
   *
   * @param left requests left in the window, negative when it is over
   * @param resetSeconds until the window ends, rounded up
   */
  public record Left(long left, long resetSeconds) {}

  private final int requestsMax;
  private final long windowMillis;
  private final Clock clock;
  private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();
  private final AtomicLong sweepAtMillis;

  /**
   * @param requestsMax of a caller in one window; 0: no limit
   */
  public RateLimit(int requestsMax, Duration window, Clock clock) {
    this.requestsMax = requestsMax;
    this.windowMillis = window.toMillis();
    this.clock = clock;
    this.sweepAtMillis = new AtomicLong(clock.millis() + windowMillis);
  }

  /** Whether there is no limit: then nothing needs to be counted. */
  public boolean none() {
    return requestsMax == 0;
  }

  String policy() {
    return "\"default\";q=" + requestsMax + ";w=" + (windowMillis + 999) / 1000;
  }

  /** One more request of a caller, which may send as many as everybody. */
  public Left count(String caller) {
    return count(caller, requestsMax);
  }

  /** One more request without a token; many people may come from one address. */
  Left countAddress(String address) {
    return count("address:" + address, Math.multiplyFull(requestsMax, CALLERS_PER_ADDRESS));
  }

  private Left count(String caller, long max) {
    long now = clock.millis();
    sweep(now);
    Window window = windows.get(caller);
    if (window == null || window.endsMillis <= now) {
      if (window == null && windows.mappingCount() >= CALLERS_MAX) {
        return new Left(max - 1, seconds(windowMillis));
      }
      window =
          windows.compute(
              caller,
              (_, old) ->
                  old == null || old.endsMillis <= now ? new Window(now + windowMillis) : old);
    }
    return new Left(max - window.count.incrementAndGet(), seconds(window.endsMillis - now));
  }

  /** Once in a window, whoever comes first throws out what has ended. */
  private void sweep(long now) {
    long due = sweepAtMillis.get();
    if (now >= due && sweepAtMillis.compareAndSet(due, now + windowMillis)) {
      windows.values().removeIf(window -> window.endsMillis <= now);
    }
  }

  int size() {
    return windows.size();
  }

  private static long seconds(long millis) {
    return Math.max(1, (millis + 999) / 1000);
  }

  private static final class Window {
    private final long endsMillis;
    private final AtomicInteger count = new AtomicInteger();

    private Window(long endsMillis) {
      this.endsMillis = endsMillis;
    }
  }
}
