package io.tidegate.platform.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What strangers sent and nobody took: all of it is counted, and of each kind one a minute is worth
 * a line. Anybody can send nonsense, and must not be able to fill a disk with it.
 */
public final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final Duration LINE_EVERY = Duration.ofMinutes(1);

  /** More kinds than a program names; further ones are counted as one. */
  private static final int KINDS_MAX = 64;

  private final String meter;
  private final String what;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Map<Kind, Seen> kinds = new ConcurrentHashMap<>();

  /**
   * @param meter the counter's name
   * @param what is refused, for the log: "a notice"
   */
  public Refusals(String meter, String what, MeterRegistry meters, InstantSource clock) {
    this.meter = meter;
    this.what = what;
    this.meters = meters;
    this.clock = clock;
  }

  private record Kind(String sender, String why) {}

  private static final class Seen {
    private final Counter all;
    private Instant nextLine = Instant.MIN;
    private long untold;

    private Seen(Counter all) {
      this.all = all;
    }
  }

  /**
   * Counts one.
   *
   * @param sender one of few
   * @param why one of few, without anything of what was sent
   */
  public void count(String sender, String why) {
    Kind kind = new Kind(sender, why);
    if (!kinds.containsKey(kind) && kinds.size() >= KINDS_MAX) {
      kind = new Kind(sender, "other");
    }
    Seen seen = kinds.computeIfAbsent(kind, this::counted);
    seen.all.increment();
    long before;
    synchronized (seen) {
      Instant now = clock.instant();
      if (now.isBefore(seen.nextLine)) {
        seen.untold++;
        return;
      }
      seen.nextLine = now.plus(LINE_EVERY);
      before = seen.untold;
      seen.untold = 0;
    }
    log.warn("{} of {} is rejected: {} ({} more since the last line)", what, sender, why, before);
  }

  private Seen counted(Kind kind) {
    return new Seen(
        Counter.builder(meter)
            .description("What was sent and not taken")
            .tag("sender", kind.sender())
            .tag("why", kind.why())
            .register(meters));
  }
}
