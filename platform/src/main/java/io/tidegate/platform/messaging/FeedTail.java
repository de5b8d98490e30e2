package io.tidegate.platform.messaging;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.messaging.FeedPage.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest events of the feed in memory, read once for all followers of this node. It looks for
 * more only while somebody follows.
 */
final class FeedTail implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FeedTail.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(40);
  private static final Duration FAILED_WAIT = Duration.ofSeconds(1);
  private static final Duration DEMAND = Duration.ofSeconds(40);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final int EVENTS_MAX = 10_000;
  private static final long BYTES_MAX = 16L << 20;
  private static final long EVENT_BYTES = 1_024; // what one takes beside its data, text included

  private final FeedReader reader;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Condition wanted = lock.newCondition();
  private final List<FeedEvent> events = new ArrayList<>();
  private final Thread thread;
  private FeedPlace begin = FeedPlace.BEGINNING; // nothing is known
  private FeedPlace end = FeedPlace.BEGINNING;
  private long bytes;
  private long demandNanos;
  private boolean closed;

  FeedTail(FeedReader reader) {
    this.reader = reader;
    this.demandNanos = System.nanoTime() - DEMAND.toNanos();
    this.thread = Thread.ofVirtual().name("feed-tail").start(this::run);
  }

  /** What lies behind a place, as far as it is here; empty where the place is not. */
  Optional<Read> read(FeedPlace after, int limit) {
    lock.lock();
    try {
      demandNanos = System.nanoTime();
      wanted.signalAll();
      if (end.isBeginning() || isBefore(after, begin) || isBefore(end, after)) {
        return Optional.empty();
      }
      int from = firstAfter(after);
      int to = Math.min(events.size(), from + limit);
      FeedPlace next = to < events.size() ? events.get(to - 1).place() : end;
      return Optional.of(
          new Read(List.copyOf(events.subList(from, to)), next, to == events.size()));
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something lies behind a place, or the time is over. */
  void await(FeedPlace place, long untilNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = untilNanos - System.nanoTime();
      while (!closed && left > 0 && !isBefore(place, end)) {
        demandNanos = System.nanoTime();
        wanted.signalAll();
        left = Math.min(more.awaitNanos(left), untilNanos - System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isBefore(FeedPlace one, FeedPlace other) {
    return one.horizon() < other.horizon()
        || (one.horizon() == other.horizon() && one.position() < other.position());
  }

  private int firstAfter(FeedPlace place) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events.get(middle).isAfter(place)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void run() {
    try {
      while (awaitDemand()) {
        boolean busy = false;
        Duration wait = LOOK_EVERY;
        try {
          busy = look();
        } catch (DatabaseFailure e) {
          log.debug("the feed's tail waits: {}", e.getMessage());
          wait = FAILED_WAIT;
        } catch (RuntimeException e) {
          log.error("the feed's tail failed; it is read again", e);
          wait = FAILED_WAIT;
        }
        if (!busy) {
          Thread.sleep(wait);
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Returns false when it is closed. After a time without followers it forgets what it has. */
  private boolean awaitDemand() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && System.nanoTime() - demandNanos >= DEMAND.toNanos()) {
        forget();
        var _ = wanted.await(DEMAND.toMillis(), TimeUnit.MILLISECONDS);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether there may be more at once. */
  private boolean look() {
    FeedPlace at = end; // only this thread moves it
    if (at.isBeginning()) {
      HorizonStore.Ends ends = reader.horizons().ends();
      at = new FeedPlace(ends.highest() + 1, 0);
      begin(at);
    }
    return switch (reader.read(at, HorizonStore.EVENTS_MAX)) {
      case Read page -> {
        add(page);
        yield !page.atEnd();
      }
      case FeedPage.Gone _, FeedPage.Busy _ -> {
        begin(FeedPlace.BEGINNING);
        yield false;
      }
    };
  }

  private void begin(FeedPlace place) {
    lock.lock();
    try {
      forget();
      begin = place;
      end = place;
      more.signalAll(); // who waits behind an earlier place has something to read
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    events.clear();
    bytes = 0;
    begin = FeedPlace.BEGINNING;
    end = FeedPlace.BEGINNING;
  }

  private void add(Read page) {
    lock.lock();
    try {
      for (FeedEvent event : page.events()) {
        events.add(event);
        bytes += weight(event);
      }
      boolean moved = isBefore(end, page.next());
      end = page.next();
      if (events.size() > EVENTS_MAX || bytes > BYTES_MAX) {
        drop();
      }
      if (moved) {
        more.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long weight(FeedEvent event) {
    return EVENT_BYTES + 2L * event.event().data().length;
  }

  /** Drops the older half, so that what stays is moved seldom. */
  private void drop() {
    int count = events.size() / 2 + 1;
    List<FeedEvent> old = events.subList(0, count);
    begin = old.getLast().place();
    old.forEach(event -> bytes -= weight(event));
    old.clear();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      more.signalAll();
      wanted.signalAll();
    } finally {
      lock.unlock();
    }
    Threads.join(thread, CLOSE_MAX);
  }
}
