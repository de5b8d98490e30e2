package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookedTest {

  private static final int FIGURES = 100;

  /** A look that each figure waits for by itself, for half a second: 50 s. */
  private static final Duration MUCH_LESS = Duration.ofSeconds(15);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong passed = new AtomicLong();

  @Test
  void whoReadsManyFiguresOfALookThatDoesNotEndWaitsOnce() {
    CountDownLatch never = new CountDownLatch(1);
    register(
        new Looked<>(
            meters,
            () -> {
              hold(never);
              return 1;
            }));

    CompletableFuture<List<Double>> read =
        CompletableFuture.supplyAsync(this::values, Thread::startVirtualThread);

    await().atMost(MUCH_LESS).until(read::isDone);
    assertThat(read.join()).hasSize(FIGURES).containsOnly(Double.NaN);
    never.countDown();
    await().untilAsserted(() -> assertThat(values()).containsOnly(1.0));
  }

  @Test
  void whatOneLookFindsIsOfAllItsFigures() {
    AtomicInteger looks = new AtomicInteger();
    register(new Looked<>(meters, looks::incrementAndGet));
    assertThat(values()).hasSize(FIGURES).containsOnly(1.0);
    assertThat(values()).containsOnly(1.0);
  }

  @Test
  void whatCannotBeHadIsNoNumber() {
    register(
        new Looked<Integer>(
            meters,
            () -> {
              throw new IllegalStateException("the database is away");
            }));
    assertThat(values()).containsOnly(Double.NaN);
  }

  /** The first look is quick, the next one takes its time: until it is done, the first stands. */
  @Test
  void aSlowLookShowsTheOneBefore() {
    CountDownLatch second = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    register(looked(() -> slowSecond(looks, second), null));
    assertThat(values()).containsOnly(1.0);

    pass(Duration.ofSeconds(10));
    assertThat(values()).containsOnly(1.0);
    assertThat(looks).hasValue(2);
    second.countDown();
    await().untilAsserted(() -> assertThat(values()).containsOnly(2.0));
  }

  /** Whoever scrapes seldom finds what the look of the scrape before has found meanwhile. */
  @Test
  void looksThatAreAllSlowAreShownAScrapeLater() {
    Semaphore ends = new Semaphore(0);
    AtomicInteger looks = new AtomicInteger();
    register(
        looked(
            () -> {
              int look = looks.incrementAndGet();
              ends.acquireUninterruptibly();
              return look;
            },
            null));
    assertThat(values()).as("nobody knows yet").containsOnly(Double.NaN);
    for (int scrape = 1; scrape < 4; scrape++) {
      ends.release();
      double found = scrape;
      await().untilAsserted(() -> assertThat(values()).containsOnly(found));
      pass(Duration.ofMinutes(1));
      assertThat(values()).containsOnly(found);
      assertThat(looks).hasValue(scrape + 1);
    }
    pass(Looked.OLD_MAX.minusMinutes(1));
    assertThat(values()).as("what was found is too old").containsOnly(Double.NaN);
    ends.release();
  }

  @Test
  void whatStandsForNoAnswerIsToldOnceOneIsDue() {
    CountDownLatch second = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    register(looked(() -> slowSecond(looks, second), 0));
    assertThat(values()).containsOnly(1.0);

    pass(Duration.ofSeconds(10));
    assertThat(values()).as("it has just begun").containsOnly(1.0);
    pass(Looked.ANSWER_MAX);
    assertThat(values()).containsOnly(0.0);
    pass(Looked.OLD_MAX);
    assertThat(values()).containsOnly(0.0);
    second.countDown();
    await().untilAsserted(() -> assertThat(values()).containsOnly(3.0));
  }

  private Looked<Integer> looked(Supplier<Integer> look, @Nullable Integer unanswered) {
    return new Looked<>(meters, look, unanswered, () -> System.nanoTime() + passed.get());
  }

  private void pass(Duration time) {
    passed.addAndGet(time.toNanos());
  }

  private void register(Looked<Integer> looked) {
    IntStream.range(0, FIGURES)
        .forEach(n -> looked.gauge("figure", "a figure", found -> found, "n", Integer.toString(n)));
  }

  private List<Double> values() {
    return meters.getMeters().stream()
        .map(Meter::measure)
        .map(all -> all.iterator().next().getValue())
        .toList();
  }

  private static int slowSecond(AtomicInteger looks, CountDownLatch second) {
    int look = looks.incrementAndGet();
    if (look == 2) {
      hold(second);
    }
    return look;
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
