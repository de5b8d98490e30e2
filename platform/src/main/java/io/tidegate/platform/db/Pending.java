package io.tidegate.platform.db;

import io.tidegate.platform.trace.Span;
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
  private final Queued queued;

  Pending(C command, int bytes, long deadlineNanos, Queued queued) {
    this.command = command;
    this.bytes = bytes;
    this.deadlineNanos = deadlineNanos;
    this.queued = queued;
  }

  /** From its coming to its answer, as its caller's trace has it. */
  Span span() {
    return queued.whole();
  }

  /** A batch has it: it waits no more. */
  void taken() {
    queued.waiting().end();
  }

  boolean isExpired(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  /** It never came into the lane. */
  void refused(RuntimeException why) {
    queued.failed(why);
  }

  void answer(R result) {
    queued.end();
    answer.complete(result);
  }

  void fail(RuntimeException failure) {
    queued.failed(failure);
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
