package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Problem;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transcripts that were used last, in memory. One is loaded once for all who wait for it;
 * nobody else waits meanwhile.
 */
final class Transcripts {

  /** Entries of all transcripts that are kept; the one that was used last is kept in any case. */
  static final long KEPT_ENTRIES_MAX = DrawLane.ENTRIES_MAX;

  /** Transcripts that are loaded at a time; each may take the memory of as many entries. */
  static final int LOADS_MAX = 2;

  /** So many are kept at most, however few entered them. */
  static final int KEPT_MAX = 64;

  private static final long RETRY_SECONDS = 1;

  private final long keptEntriesMax;
  private final ReentrantLock lock = new ReentrantLock(); // held for a look, never for a load
  private final Map<Long, Transcript> kept = new LinkedHashMap<>(KEPT_MAX, 0.75f, true);
  private final Map<Long, CompletableFuture<Transcript>> loading = new HashMap<>();
  private long keptEntries;

  Transcripts() {
    this(KEPT_ENTRIES_MAX);
  }

  Transcripts(long keptEntriesMax) {
    this.keptEntriesMax = keptEntriesMax;
  }

  /** One that is in memory; null where it has to be loaded. */
  @Nullable Transcript find(long sale) {
    lock.lock();
    try {
      return kept.get(sale);
    } finally {
      lock.unlock();
    }
  }

  /**
   * One that is in memory, or is loaded now.
   *
   * @throws Problem 503 while as many others are loaded as may be
   */
  Transcript get(long sale, Supplier<Transcript> load) {
    CompletableFuture<Transcript> mine = new CompletableFuture<>();
    CompletableFuture<Transcript> first;
    lock.lock();
    try {
      Transcript known = kept.get(sale);
      if (known != null) {
        return known;
      }
      first = loading.get(sale);
      if (first == null) {
        if (loading.size() >= LOADS_MAX) {
          throw Problem.overloaded(RETRY_SECONDS);
        }
        loading.put(sale, mine);
      }
    } finally {
      lock.unlock();
    }
    return first == null ? load(sale, load, mine) : await(first);
  }

  private static Transcript await(CompletableFuture<Transcript> first) {
    try {
      return first.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private Transcript load(
      long sale, Supplier<Transcript> load, CompletableFuture<Transcript> mine) {
    Transcript loaded = null;
    try {
      loaded = load.get();
      return loaded;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      lock.lock();
      try {
        loading.remove(sale);
        if (loaded != null) {
          keep(sale, loaded);
        }
      } finally {
        lock.unlock();
      }
      if (loaded != null) {
        mine.complete(loaded);
      }
    }
  }

  private void keep(long sale, Transcript loaded) {
    kept.put(sale, loaded);
    keptEntries += loaded.ranked().size();
    Iterator<Transcript> longestUnused = kept.values().iterator();
    while (kept.size() > 1 && (keptEntries > keptEntriesMax || kept.size() > KEPT_MAX)) {
      keptEntries -= longestUnused.next().ranked().size();
      longestUnused.remove();
    }
  }
}
