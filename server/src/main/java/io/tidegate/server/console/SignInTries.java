package io.tidegate.server.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Failed sign-ins, counted by address and by name, in memory of bounded size.
 *
 * <p>An address is stopped early; a name late, because whoever stops a name keeps its owner out.
 */
final class SignInTries {
  static final int PER_ADDRESS_MAX = 10;
  static final int PER_NAME_MAX = 100;
  static final Duration WINDOW = Duration.ofMinutes(5);
  private static final int KEYS_MAX = 10_000;

  private final InstantSource clock;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > KEYS_MAX;
        }
      };

  private record Failures(int count, Instant until) {}

  SignInTries(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Whether one more try may be made. Counts it as failed until {@link #succeeded} takes it back.
   */
  synchronized boolean begin(String name, String address) {
    Instant now = clock.instant();
    boolean allowed =
        count("a" + address, now) < PER_ADDRESS_MAX && count("n" + name, now) < PER_NAME_MAX;
    if (allowed) {
      add("a" + address, now);
      add("n" + name, now);
    }
    return allowed;
  }

  /** A right password: what was counted for this name and address is forgotten. */
  synchronized void succeeded(String name, String address) {
    failures.remove("a" + address);
    failures.remove("n" + name);
  }

  private int count(String key, Instant now) {
    Failures known = failures.get(key);
    return known == null || known.until().isBefore(now) ? 0 : known.count();
  }

  private void add(String key, Instant now) {
    Failures known = failures.get(key);
    failures.put(
        key,
        known == null || known.until().isBefore(now)
            ? new Failures(1, now.plus(WINDOW))
            : new Failures(known.count() + 1, known.until()));
  }
}
