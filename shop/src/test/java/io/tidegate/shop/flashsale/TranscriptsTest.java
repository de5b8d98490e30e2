package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.http.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Transcripts are kept by use, loaded once, and few at a time. */
class TranscriptsTest {

  private final Transcripts transcripts = new Transcripts(10);

  @Test
  void theLongestUnusedGoesFirst() {
    get(1, 4);
    get(2, 4);
    assertThat(transcripts.find(1)).as("used again").isNotNull();
    get(3, 4);
    assertThat(transcripts.find(2)).isNull();
    assertThat(transcripts.find(1)).isNotNull();
    assertThat(transcripts.find(3)).isNotNull();
    get(4, 11);
    assertThat(transcripts.find(4)).as("the last one, however large").isNotNull();
    assertThat(transcripts.find(1)).isNull();
    for (long sale = 10; sale <= 10 + Transcripts.KEPT_MAX; sale++) {
      get(sale, 0);
    }
    assertThat(transcripts.find(10)).as("small ones are not without number").isNull();
    assertThat(transcripts.find(11)).isNotNull();
  }

  @Test
  void aLoadHoldsUpNobodyElseAndOneTooManyIsRefused() throws Exception {
    get(1, 1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Transcript>> got = new ArrayList<>();
      for (int i = 0; i < 2 * Transcripts.LOADS_MAX; i++) {
        long sale = 2L + i % Transcripts.LOADS_MAX;
        got.add(
            CompletableFuture.supplyAsync(
                () ->
                    transcripts.get(
                        sale,
                        () -> {
                          loads.incrementAndGet();
                          awaitQuietly(go);
                          return transcript(1);
                        }),
                threads));
      }
      await().until(() -> loads.get() == Transcripts.LOADS_MAX);
      assertThat(get(1, 9).ranked()).as("what is kept is there at once").hasSize(1);
      assertThatThrownBy(() -> get(99, 1))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
      go.countDown();
      for (CompletableFuture<Transcript> each : got) {
        assertThat(each.get().ranked()).hasSize(1);
      }
    }
    assertThat(loads).as("one for each, for all who want it").hasValue(Transcripts.LOADS_MAX);
    assertThat(get(99, 1)).isNotNull();
  }

  @Test
  void aLoadThatFailsLeavesRoomForTheNext() {
    for (int i = 0; i <= Transcripts.LOADS_MAX; i++) {
      assertThatThrownBy(() ->
              transcripts.get(
                  5,
                  () -> {
                    throw new IllegalStateException("away");
                  }))
          .hasMessage("away");
    }
    assertThat(get(5, 2).ranked()).hasSize(2);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Transcript get(long sale, int entries) {
    return transcripts.get(sale, () -> transcript(entries));
  }

  private static Transcript transcript(int entries) {
    DrawEntry entry = new DrawEntry(1, 1, "A", 1, 1, new byte[32], "", DrawEntry.State.WON);
    return new Transcript(
        EachSaleTest.sale(1),
        Instant.EPOCH,
        new byte[32],
        new byte[32],
        new byte[32],
        Collections.nCopies(entries, new DrawRules.Ranked(entry, new byte[32], true)));
  }
}
