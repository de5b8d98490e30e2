package io.tidegate.platform.db;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one kind by many callers, in few queries: what is asked for while a query is under way
 * goes together into the next one. A single caller waits no longer than for its own query; the more
 * ask, the less each costs.
 *
 * <p>Every answer is read after it was asked for, so a caller sees what was committed before it
 * asked.
 *
 * @param <K> what is asked for, with {@code equals}
 * @param <V> what is found
 */
public final class SharedReads<K, V> {

  /** Keys of one query. */
  private static final int KEYS_MAX = 64;

  /** Queries under way at once: more of them would be smaller ones. */
  private static final int QUERIES_MAX = 2;

  /** Callers that wait; one more is refused. More than a server has requests in flight. */
  private static final int WAITING_MAX = 16_384;

  /**
   * Longer than two queries after each other may run ({@link Sessions#READING_MAX}): the one that
   * was under way, and the caller's own. Whoever waits behind more of them, or for a session, may
   * be told that it took too long.
   */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  /** Reads many at once; a key without a value is not found. */
  @FunctionalInterface
  public interface Query<K, V> {
    Map<K, V> read(List<K> keys);
  }

  private record Asked<K, V>(K key, CompletableFuture<@Nullable V> answer) {}

  private final Query<K, V> query;
  private final ArrayBlockingQueue<Asked<K, V>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Semaphore queries = new Semaphore(QUERIES_MAX);

  public SharedReads(Query<K, V> query) {
    this.query = query;
  }

  /**
   * Asks for one; null where it is not found.
   *
   * @throws DatabaseFailure as the query does, and Transient when too many wait
   */
  public @Nullable V read(K key) {
    var asked = new Asked<K, V>(key, new CompletableFuture<>());
    if (!waiting.offer(asked)) {
      throw new DatabaseFailure.Transient("too many reads wait", null);
    }
    startQuery();
    return answer(asked.answer());
  }

  private void startQuery() {
    if (queries.tryAcquire()) {
      Thread.ofVirtual().name("shared-read").start(this::work);
    }
  }

  private void work() {
    try {
      List<Asked<K, V>> batch = new ArrayList<>();
      while (waiting.drainTo(batch, KEYS_MAX) > 0) {
        answer(batch);
        batch.clear();
      }
    } finally {
      queries.release();
    }
    if (!waiting.isEmpty()) {
      startQuery(); // who asked between the last look and the release found no room
    }
  }

  private void answer(List<Asked<K, V>> batch) {
    try {
      List<K> keys =
          List.copyOf(
              batch.stream()
                  .map(Asked::key)
                  .collect(LinkedHashSet::new, LinkedHashSet::add, LinkedHashSet::addAll));
      Map<K, V> found = new HashMap<>(query.read(keys));
      batch.forEach(asked -> asked.answer().complete(found.get(asked.key())));
    } catch (RuntimeException | Error e) {
      batch.forEach(asked -> asked.answer().completeExceptionally(e));
    }
  }

  private static <V> @Nullable V answer(CompletableFuture<@Nullable V> answer) {
    try {
      return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new DatabaseFailure.Transient("interrupted while waiting for a read", null);
    } catch (TimeoutException e) {
      throw new DatabaseFailure.Transient("a read took too long", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
