package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.FeedPage.Busy;
import io.tidegate.platform.messaging.FeedPage.Read;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The log for whoever pulls it: all events in one order that every reader sees alike, each once,
 * and none left out however late it was committed.
 *
 * <p>Followers at the end are served from memory. Who is further back reads the database, a bounded
 * number at once, so that a slow team takes nothing that orders need.
 */
public final class EventFeed implements AutoCloseable {

  /** Readers of the database at once. */
  private static final int READS_MAX = 3;

  private static final Duration READ_WAIT_MAX = Duration.ofSeconds(2);

  /** Looks for wanted types in one request: what is looked at is told by the next place. */
  private static final int LOOKS_MAX = 10;

  private static final int LOOK_EVENTS = 1_000;
  private static final long PAGE_BYTES_MAX = 4L << 20;

  /** An event is in a horizon that was made after it; clocks of nodes differ by less than this. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private final FeedReader reader;
  private final FeedTail tail;
  private final Semaphore reads = new Semaphore(READS_MAX, true);

  public EventFeed(Database database) {
    this.reader = new FeedReader(database);
    this.tail = new FeedTail(reader);
  }

  /**
   * What is wanted of the feed.
   *
   * @param after the place behind which to go on
   * @param limit events at most
   * @param untilNanos how long to wait for one, by {@link System#nanoTime}
   */
  public record Wish(FeedPlace after, EventTypes types, int limit, long untilNanos) {}

  /** The next events that are wanted. */
  public FeedPage read(Wish wish) throws InterruptedException {
    FeedPlace at = wish.after();
    for (int look = 1; ; look++) {
      FeedPage page = look(at, wish);
      if (!(page instanceof Read read)) {
        return page;
      }
      boolean late = System.nanoTime() - wish.untilNanos() >= 0;
      if (!read.events().isEmpty() || (read.atEnd() ? late : late && look >= LOOKS_MAX)) {
        return page;
      }
      at = read.next();
      if (read.atEnd()) {
        look = 0;
        tail.await(at, wish.untilNanos());
      }
    }
  }

  /** The place from which events of a time on come; some of before may come too. */
  public FeedPlace from(Instant time) {
    FeedPlace end = end(); // looked at first: what is made after that may be of the time
    OptionalLong horizon = reader.horizons().at(time.minus(CLOCKS));
    return horizon.isPresent() ? new FeedPlace(horizon.getAsLong(), 0) : end;
  }

  /** Whether every event of a time on is still there. */
  public boolean keeps(Instant time) {
    long lowest = reader.horizons().ends().lowest();
    return lowest == 1 || reader.horizons().at(time.minus(CLOCKS)).orElse(Long.MAX_VALUE) > lowest;
  }

  /** The place behind the newest event. */
  public FeedPlace end() {
    return new FeedPlace(reader.horizons().ends().highest() + 1, 0);
  }

  private FeedPage look(FeedPlace at, Wish wish) throws InterruptedException {
    boolean all = wish.types().wanted().isEmpty();
    int count = all ? wish.limit() : LOOK_EVENTS;
    FeedPage found = tail.read(at, count).map(FeedPage.class::cast).orElse(null);
    if (found == null) {
      if (!reads.tryAcquire(READ_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Busy();
      }
      try {
        found = reader.read(at, count);
      } finally {
        reads.release();
      }
    }
    return found instanceof Read read ? chosen(read, wish) : found;
  }

  private static Read chosen(Read read, Wish wish) {
    List<FeedEvent> chosen = new ArrayList<>();
    long bytes = 0;
    for (FeedEvent event : read.events()) {
      if (wish.types().has(event.event().type())) {
        bytes += event.event().data().length;
        if (chosen.size() == wish.limit() || (bytes > PAGE_BYTES_MAX && !chosen.isEmpty())) {
          return new Read(chosen, chosen.getLast().place(), false);
        }
        chosen.add(event);
      }
    }
    return new Read(chosen, read.next(), read.atEnd());
  }

  @Override
  public void close() {
    tail.close();
  }
}
