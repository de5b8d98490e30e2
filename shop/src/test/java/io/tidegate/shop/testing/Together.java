package io.tidegate.shop.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work of several threads that begins at the same moment. */
public final class Together {

  private Together() {}

  public static <T> List<T> run(Callable<T> one, Callable<T> other) throws Exception {
    return run(List.of(one, other));
  }

  /** The answers, in the order of the work; the first failure is thrown. */
  public static <T> List<T> run(List<Callable<T>> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(work.size());
    List<Future<T>> futures = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Callable<T> one : work) {
        futures.add(
            threads.submit(() -> {
              start.await();
              return one.call();
            }));
      }
    }
    List<T> answers = new ArrayList<>();
    for (Future<T> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }
}
