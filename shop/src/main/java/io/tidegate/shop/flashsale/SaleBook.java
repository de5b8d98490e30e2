package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.DatabaseFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sales in memory that are planned, warm or not long over: what answers without the database,
 * and what tells this node's gates of a change, whichever node made it.
 */
public final class SaleBook implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SaleBook.class);

  /** Another node's change is known here within this. */
  static final Duration REFRESH_EVERY = Duration.ofMillis(100);

  /**
   * What was ended or stopped so long ago is asked of the database. A sale that nobody has ended is
   * kept: it still has its pools.
   */
  static final Duration OVER_KEPT = Duration.ofDays(1);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** Hears of sales that are new, changed, or long over. Called in line: be quick. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param before as it was known here; null where it is new
     * @param now null where it is forgotten
     */
    void changed(@Nullable Sale before, @Nullable Sale now);
  }

  private final SaleStore store;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile Map<Long, Sale> sales = Map.of();
  private volatile boolean closed;

  /** Empty; {@link #refresh} fills it, and {@link #start} has that done again and again. */
  public SaleBook(SaleStore store) {
    this.store = store;
    this.thread = Thread.ofVirtual().name("sale-book").unstarted(this::run);
  }

  /** The sale; null for one that nobody knows or that is long over. */
  public @Nullable Sale find(long id) {
    return sales.get(id);
  }

  /** All of them, in no order. */
  public Collection<Sale> all() {
    return sales.values();
  }

  /** Has the listener told of all sales there are, and of each change from now on. */
  public synchronized void listen(Listener listener) {
    listeners.add(listener);
    sales.values().forEach(sale -> listener.changed(null, sale));
  }

  /** Takes over what changed since the last call. */
  public synchronized void refresh() {
    Map<Long, Integer> versions = store.versions(OVER_KEPT);
    Map<Long, Sale> known = sales;
    List<Long> wanted = new ArrayList<>();
    versions.forEach((id, version) -> {
      Sale sale = known.get(id);
      if (sale == null || sale.version() != version) {
        wanted.add(id);
      }
    });
    if (wanted.isEmpty() && versions.size() == known.size()) {
      return;
    }
    Map<Long, Sale> next = new HashMap<>(known);
    next.keySet().retainAll(versions.keySet());
    store.find(wanted).forEach(sale -> next.put(sale.id(), sale));
    sales = Map.copyOf(next);
    wanted.forEach(id -> tell(known.get(id), next.get(id)));
    known.forEach((id, sale) -> {
      if (!next.containsKey(id)) {
        tell(sale, null);
      }
    });
  }

  private void tell(@Nullable Sale before, @Nullable Sale now) {
    for (Listener listener : listeners) {
      listener.changed(before, now);
    }
  }

  public void start() {
    thread.start();
  }

  private void run() {
    boolean told = false;
    while (!closed) {
      LockSupport.parkNanos(REFRESH_EVERY.toNanos());
      try {
        if (!closed) {
          refresh();
          told = false;
        }
      } catch (DatabaseFailure e) {
        if (!told) { // once for each time that the database is away
          log.warn("sales are shown as they were: {}", e.getMessage());
          told = true;
        }
      } catch (RuntimeException e) {
        log.error("sales could not be read", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
