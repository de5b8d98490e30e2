package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TwinsTest {
  private static final IdempotencyKey KEY = IdempotencyKey.of("CUSTOMER:1", "POST /x", "k");

  @Test
  void ofManyTwinsOneRunsAtATimeAndAllRun() throws Exception {
    var twins = new Twins(1_000, Duration.ofSeconds(20));
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var runs = new AtomicInteger();
    var threads = new Thread[50];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.startVirtualThread(() -> {
            try {
              twins.run(
                  KEY,
                  () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    assertThat(IdempotencyKey.commandHash(new byte[50_000])).hasSize(16);
                    inside.decrementAndGet();
                    return runs.incrementAndGet();
                  });
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(runs).hasValue(50);
    assertThat(most).hasValue(1);
    assertThat(twins.size()).isZero();
  }

  @Test
  void aTwinThatWaitsTooLongIsToldSoAndOtherKeysGoOn() throws Exception {
    var twins = new Twins(10, Duration.ofMillis(50));
    var started = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var first = CompletableFuture.supplyAsync(() -> hold(twins, KEY, started, leave));
    started.await();
    assertThatThrownBy(() -> twins.run(KEY, () -> 2))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo("in_progress"));
    assertThat(twins.run(IdempotencyKey.of("CUSTOMER:1", "POST /x", "other"), () -> 3))
        .isEqualTo(3);
    leave.countDown();
    assertThat(first.join()).isEqualTo(1);
    assertThat(twins.run(KEY, () -> 4)).isEqualTo(4);
  }

  @Test
  void tooManyKeysAreRefused() throws Exception {
    var twins = new Twins(1, Duration.ofSeconds(5));
    var started = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var first = CompletableFuture.supplyAsync(() -> hold(twins, KEY, started, leave));
    started.await();
    assertThatThrownBy(() -> twins.run(KEY, () -> 2))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    leave.countDown();
    first.join();
  }

  @Test
  void aFailureFreesItsKey() throws Exception {
    var twins = Twins.standard();
    assertThatThrownBy(() ->
            twins.run(
                KEY,
                () -> {
                  throw new IllegalStateException("refused");
                }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(twins.run(KEY, () -> 5)).isEqualTo(5);
  }

  private static int hold(
      Twins twins, IdempotencyKey key, CountDownLatch started, CountDownLatch leave) {
    try {
      return twins.run(
          key,
          () -> {
            started.countDown();
            leave.await();
            return 1;
          });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
