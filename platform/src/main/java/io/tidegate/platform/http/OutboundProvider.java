package io.tidegate.platform.http;

import dev.failsafe.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundAnswer.NotSent;
import io.tidegate.platform.http.OutboundAnswer.Unknown;
import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one provider: bounded in time and number, refused while it keeps failing, tried again
 * within a budget.
 */
public final class OutboundProvider {

  private final OutboundSettings settings;
  private final Supplier<@Nullable OutboundClient> client;
  private final MeterRegistry meters;
  private final Tracer tracer;

  /** Not Failsafe's bulkhead: there a wait that ends without a permit loses one for good. */
  private final Semaphore calls;

  private final CircuitBreaker<Object> circuit;
  private final OutboundRetries retries;

  OutboundProvider(
      OutboundSettings settings,
      Supplier<@Nullable OutboundClient> client,
      MeterRegistry meters,
      Tracer tracer) {
    this.settings = settings;
    this.client = client;
    this.meters = meters;
    this.tracer = tracer;
    this.calls = new Semaphore(settings.callsMax(), true);
    this.circuit =
        CircuitBreaker.builder()
            .withFailureThreshold(settings.failuresToOpen(), settings.failuresOf())
            .withDelay(settings.openFor())
            .withSuccessThreshold(1)
            .build();
    this.retries = new OutboundRetries(settings.retryShare(), settings.retriesSavedMax());
    Gauge.builder("tidegate.outbound.circuit.open", circuit, c -> c.isClosed() ? 0 : 1)
        .description("1 while calls to the provider are refused or tried one at a time")
        .tag("provider", settings.provider())
        .register(meters);
  }

  String name() {
    return settings.provider();
  }

  MeterRegistry meters() {
    return meters;
  }

  /** Calls and waits for what is known after it. Never throws for what the provider does. */
  public OutboundAnswer call(OutboundRequest request) {
    Timer.Sample started = Timer.start(meters);
    OutboundAnswer answer = admit(request);
    started.stop(
        Timer.builder("tidegate.outbound")
            .description("Calls to third parties, from the first try to the answer")
            .tag("provider", settings.provider())
            .tag("result", result(answer))
            .register(meters));
    return answer;
  }

  /** Reads the body of an answer as it comes. */
  @FunctionalInterface
  public interface Body {
    void read(InputStream in) throws IOException;
  }

  /**
   * Calls once, and has the body of a 200 read as it comes, however long it is. What was read of an
   * answer that ended early is told as unknown: it is no whole body.
   */
  public OutboundAnswer read(OutboundRequest request, Body body) {
    OutboundClient open = client.get();
    if (open == null) {
      return new NotSent(NotSent.Why.STOPPING);
    }
    if (!calls.tryAcquire()) {
      return new NotSent(NotSent.Why.BUSY);
    }
    try {
      return traced(request, onward -> OutboundTry.read(open, settings, onward, body));
    } finally {
      calls.release();
    }
  }

  private OutboundAnswer admit(OutboundRequest request) {
    try {
      if (!calls.tryAcquire(settings.callWaitMax().toNanos(), TimeUnit.NANOSECONDS)) {
        return new NotSent(NotSent.Why.BUSY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new NotSent(NotSent.Why.STOPPING);
    }
    try {
      return callWithRetries(request);
    } finally {
      calls.release();
    }
  }

  private OutboundAnswer callWithRetries(OutboundRequest request) {
    retries.earn();
    boolean mayBeDone = false;
    for (int tries = 1; ; tries++) {
      OutboundAnswer answer = tryOnce(request);
      if (mayBeDone && answer instanceof NotSent) {
        // An earlier try left: that this one did not proves nothing.
        return new Unknown(Unknown.Why.BROKEN);
      }
      mayBeDone |= answer instanceof Unknown;
      if (tries >= settings.triesMax()
          || !isWorthAnother(request, answer)
          || !retries.spend()
          || !OutboundRetries.pause(backoffMillis(tries))) {
        return answer;
      }
    }
  }

  private OutboundAnswer tryOnce(OutboundRequest request) {
    OutboundClient open = client.get();
    if (open == null) {
      return new NotSent(NotSent.Why.STOPPING);
    }
    if (!circuit.tryAcquirePermit()) {
      return new NotSent(NotSent.Why.CIRCUIT_OPEN);
    }
    boolean failed = true;
    try {
      OutboundAnswer answer = traced(request, onward -> OutboundTry.send(open, settings, onward));
      failed = isFailure(answer);
      return answer;
    } finally {
      if (failed) {
        circuit.recordFailure();
      } else {
        circuit.recordSuccess();
      }
    }
  }

  /** A try as a span; the provider is told what it belongs to. */
  private OutboundAnswer traced(
      OutboundRequest request, Function<OutboundRequest, OutboundAnswer> call) {
    Span span = tracer.child(Kind.CLIENT, request.method() + " " + settings.provider());
    if (!span.isTold()) {
      return call.apply(request);
    }
    // Not the path: it may hold personal data.
    span.with("http.request.method", request.method())
        .with("peer.service", settings.provider())
        .with("server.address", settings.base().getAuthority());
    try {
      OutboundAnswer answer =
          call.apply(request.withHeaders(Map.of("traceparent", span.traceparent())));
      if (answer instanceof Answered answered) {
        span.with("http.response.status_code", answered.status());
      }
      if (isFailure(answer)) {
        span.failed(result(answer));
      }
      return answer;
    } finally {
      span.end();
    }
  }

  private static boolean isWorthAnother(OutboundRequest request, OutboundAnswer answer) {
    return switch (answer) {
      case NotSent(NotSent.Why why) ->
          switch (why) {
            case NO_CONNECTION -> true;
            case BUSY, CIRCUIT_OPEN, STOPPING -> false;
          };
      case Unknown(Unknown.Why why) ->
          switch (why) {
            case BROKEN -> request.repeatable();
            // Another try would double the wait of somebody who has waited long enough.
            case TIMED_OUT, TOO_LONG, INTERRUPTED -> false;
          };
      case Answered answered ->
          request.repeatable() && answered.status() >= 502 && answered.status() <= 504;
    };
  }

  private static boolean isFailure(OutboundAnswer answer) {
    return switch (answer) {
      case Answered answered -> answered.status() >= 500;
      case NotSent _ -> true;
      case Unknown(Unknown.Why why) -> why != Unknown.Why.INTERRUPTED;
    };
  }

  private static String result(OutboundAnswer answer) {
    return switch (answer) {
      case Answered answered -> answered.status() / 100 + "xx";
      case NotSent _ -> "not_sent";
      case Unknown _ -> "unknown";
    };
  }

  private long backoffMillis(int tries) {
    long millis = settings.backoffFirst().toMillis() << Math.min(tries - 1, 10);
    return millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
  }
}
