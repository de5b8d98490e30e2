package io.tidegate.platform.db;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A command that waits in a lane, and its caller. */
final class Pending<C, R> {

  final C command;
  final int bytes;
  final long queuedNanos = System.nanoTime();
  private final long deadlineNanos;
  private final CompletableFuture<R> answer = new CompletableFuture<>();

  Pending(C command, int bytes, long deadlineNanos) {
    this.command = command;
    this.bytes = bytes;
    this.deadlineNanos = deadlineNanos;
  }

  boolean isExpired(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  void answer(R result) {
    answer.complete(result);
  }

  void fail(RuntimeException failure) {
    answer.completeExceptionally(failure);
  }

  R await(String lane, Duration max) {
    try {
      return answer.get(max.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(Objects.requireNonNull(cause));
    } catch (TimeoutException _) {
      throw new LaneRefusal.AnswerUnknown(lane);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new LaneRefusal.AnswerUnknown(lane);
    }
  }
}
