package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedReadsTest {

  private final ConcurrentLinkedQueue<List<Integer>> queries = new ConcurrentLinkedQueue<>();

  @Test
  void eachCallerGetsItsOwn() throws Exception {
    var reads = new SharedReads<Integer, String>(this::words);

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        int key = i % 500;
        answers.add(threads.submit(() -> String.valueOf(reads.read(key))));
      }
      for (int i = 0; i < 2_000; i++) {
        assertThat(answers.get(i).get()).isEqualTo(i % 500 % 7 == 0 ? "null" : "w" + i % 500);
      }
    }
    assertThat(queries)
        .allSatisfy(keys -> assertThat(keys).hasSizeBetween(1, 64).doesNotHaveDuplicates());
  }

  @Test
  void whatWaitsGoesTogether() throws Exception {
    var begun = new CountDownLatch(2);
    var go = new CountDownLatch(1);
    var reads =
        new SharedReads<Integer, String>(keys -> {
          begun.countDown();
          await(go);
          return words(keys);
        });

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      all.add(threads.submit(() -> reads.read(1)));
      JarDatabase.until(() -> begun.getCount() == 1);
      all.add(threads.submit(() -> reads.read(2)));
      await(begun); // both queries are under way: the others wait
      var asking = new CountDownLatch(40);
      for (int i = 3; i < 43; i++) {
        int key = i;
        all.add(
            threads.submit(() -> {
              asking.countDown();
              return reads.read(key);
            }));
      }
      await(asking);
      go.countDown();
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(queries.stream().mapToInt(List::size).sum()).isEqualTo(42);
    assertThat(queries).hasSizeLessThan(30);
  }

  @Test
  void anAnswerIsNeverOlderThanItsQuestion() throws Exception {
    var committed = new AtomicLong();
    var reads = new SharedReads<Integer, Long>(keys -> Map.of(keys.getFirst(), committed.get()));

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> fresh = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        fresh.add(
            threads.submit(() -> {
              for (int n = 0; n < 200; n++) {
                long mine = committed.incrementAndGet();
                Long seen = reads.read(1);
                if (seen == null || seen < mine) {
                  return false;
                }
              }
              return true;
            }));
      }
      for (Future<Boolean> one : fresh) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  @Test
  void aFailureIsEveryCallersAndTheNextQueryGoesOn() {
    var fail = new CountDownLatch(1);
    var reads =
        new SharedReads<Integer, String>(keys -> {
          if (fail.getCount() > 0) {
            throw new DatabaseFailure.Transient("away", null);
          }
          return words(keys);
        });

    assertThatThrownBy(() -> reads.read(1)).isInstanceOf(DatabaseFailure.Transient.class);
    fail.countDown();
    assertThat(reads.read(1)).isEqualTo("w1");
  }

  private Map<Integer, String> words(List<Integer> keys) {
    queries.add(keys);
    Map<Integer, String> found = new HashMap<>();
    keys.stream().filter(key -> key % 7 != 0).forEach(key -> found.put(key, "w" + key));
    return found;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
