package io.tidegate.platform.trace;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ended spans on their way to the collector. Whoever ends one waits for nothing: where the queue is
 * full, or the collector is away, spans are dropped and counted, which the library's own queue
 * tells only in figures of its own kind.
 */
final class SpanQueue implements SpanProcessor {

  private static final Logger log = LoggerFactory.getLogger(SpanQueue.class);

  /** About 8 MB of them, at most. */
  static final int SPANS_MAX = 4_096;

  private static final int BATCH_SPANS_MAX = 512;

  /** How long spans gather: nobody waits for them. */
  private static final Duration GATHER = Duration.ofMillis(500);

  private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(5);

  /** What is left when the program stops is told within it, or not at all. */
  private static final Duration CLOSE_MAX = Duration.ofMillis(400);

  private final SpanExporter exporter;
  private final Duration timeout;
  private final BlockingQueue<ReadableSpan> ended = new ArrayBlockingQueue<>(SPANS_MAX);
  private final Counter told;
  private final Counter dropped;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean over;
  private long complainedNanos = System.nanoTime() - COMPLAIN_EVERY.toNanos();

  SpanQueue(SpanExporter exporter, Duration timeout, MeterRegistry meters) {
    this.exporter = exporter;
    this.timeout = timeout;
    this.told = counter(meters, "told");
    this.dropped = counter(meters, "dropped");
    Gauge.builder("tidegate.trace.queue", ended, BlockingQueue::size)
        .description("Spans on their way to the collector")
        .register(meters);
    this.thread = Thread.ofPlatform().daemon().name("trace-export").start(this::run);
  }

  private static Counter counter(MeterRegistry meters, String result) {
    return Counter.builder("tidegate.trace.spans")
        .description("Spans that the collector took, or that were dropped")
        .tag("result", result)
        .register(meters);
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    // told when it ends
  }

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!ended.offer(span) || (over && ended.remove(span))) {
      dropped.increment();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  private void run() {
    try {
      while (!closed.await(GATHER.toMillis(), TimeUnit.MILLISECONDS)) {
        while (!ended.isEmpty() && closed.getCount() > 0) {
          tell(timeout);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!ended.isEmpty()) {
      tell(CLOSE_MAX);
    }
  }

  private void tell(Duration max) {
    List<ReadableSpan> some = new ArrayList<>(BATCH_SPANS_MAX);
    ended.drainTo(some, BATCH_SPANS_MAX);
    (isTold(some, max) ? told : dropped).increment(some.size());
  }

  private boolean isTold(List<ReadableSpan> some, Duration max) {
    try {
      List<SpanData> batch = some.stream().map(ReadableSpan::toSpanData).toList();
      CompletableResultCode result = exporter.export(batch);
      result.join(max.toMillis(), TimeUnit.MILLISECONDS);
      if (!result.isSuccess()) {
        complain(result);
      }
      return result.isSuccess();
    } catch (RuntimeException e) {
      log.error("spans were dropped", e);
      return false;
    }
  }

  private void complain(CompletableResultCode result) {
    if (System.nanoTime() - complainedNanos >= COMPLAIN_EVERY.toNanos()) {
      complainedNanos = System.nanoTime();
      Throwable cause = result.getFailureThrowable();
      log.warn(
          "the collector of traces (otel.endpoint) takes none; they are dropped: {}",
          cause == null ? "no answer in time" : cause.toString());
    }
  }

  @Override
  public CompletableResultCode shutdown() {
    closed.countDown();
    try {
      thread.join(CLOSE_MAX.plus(CLOSE_MAX.dividedBy(4)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    over = true;
    List<ReadableSpan> left = new ArrayList<>();
    dropped.increment(ended.drainTo(left));
    return exporter.shutdown();
  }
}
