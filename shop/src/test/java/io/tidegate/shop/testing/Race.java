package io.tidegate.shop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Two sides that start together, again and again. Who wins too often is held up a little longer, so
 * that both orders of events are really tried; a race that only one side ever wins is no race.
 */
public final class Race {

  private static final int JITTER_MICROS = 1_500;
  private static final int HANDICAP_MICROS_MAX = 20_000;
  private static final int HANDICAP_STEP_MICROS = 150;

  private Race() {}

  public static void run(
      int rounds, long seed, IntConsumer left, IntConsumer right, IntPredicate leftHasWon)
      throws Exception {
    Random random = new Random(seed);
    CyclicBarrier start = new CyclicBarrier(2);
    int handicap = 0;
    int won = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < rounds; i++) {
        int round = i;
        int leftWait = random.nextInt(JITTER_MICROS) + Math.max(0, handicap);
        int rightWait = random.nextInt(JITTER_MICROS) + Math.max(0, -handicap);
        Future<?> one = threads.submit(() -> side(start, leftWait, left, round));
        Future<?> other = threads.submit(() -> side(start, rightWait, right, round));
        one.get();
        other.get();
        boolean leftWon = leftHasWon.test(round);
        won += leftWon ? 1 : 0;
        handicap += leftWon ? HANDICAP_STEP_MICROS : -HANDICAP_STEP_MICROS;
        handicap = Math.clamp(handicap, -HANDICAP_MICROS_MAX, HANDICAP_MICROS_MAX);
      }
    }
    assertThat(won)
        .as("rounds that the left side won")
        .isBetween(rounds / 20, rounds - rounds / 20);
  }

  private static Void side(CyclicBarrier start, int waitMicros, IntConsumer side, int round)
      throws Exception {
    start.await();
    LockSupport.parkNanos(waitMicros * 1_000L);
    side.accept(round);
    return null;
  }
}
