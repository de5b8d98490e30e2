package io.tidegate.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tidegate.platform.testing.TestLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Every span is told or counted as dropped, whatever the way to the collector does. */
class SpanQueueTest {

  private static final Duration SOON = TestLimits.PATIENCE;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Answers each batch as it is told to. */
  private record Exporter(Supplier<CompletableResultCode> answers) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return answers.get();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private SdkTracerProvider spans(Supplier<CompletableResultCode> answers) {
    return SdkTracerProvider.builder()
        .addSpanProcessor(new SpanQueue(new Exporter(answers), LONG, meters))
        .build();
  }

  private static void end(SdkTracerProvider provider, int spans) {
    for (int i = 0; i < spans; i++) {
      provider.get("test").spanBuilder("one").startSpan().end();
    }
  }

  private double dropped() {
    return meters.get("tidegate.trace.spans").tag("result", "dropped").counter().count();
  }

  @Test
  void aBatchThatCannotBeWrittenIsDroppedAndTheNextOneGoes() {
    try (SdkTracerProvider provider =
        spans(() -> {
          throw new IllegalStateException("as written by a test");
        })) {
      end(provider, 3);
      await().atMost(SOON).until(() -> dropped() == 3);
      end(provider, 2);
      await().atMost(SOON).until(() -> dropped() == 5);
    }
  }

  @Test
  void whatIsLeftAtTheEndIsDropped() {
    SdkTracerProvider provider = spans(CompletableResultCode::new); // never an answer
    int many = SpanQueue.SPANS_MAX / 2;
    Span late = provider.get("test").spanBuilder("late").startSpan();
    end(provider, many);
    provider.shutdown();
    // One batch may be under way still.
    assertThat(dropped()).isBetween(many - 512.0, (double) many);
    double before = dropped();
    late.end();
    assertThat(dropped()).as("after the end").isGreaterThan(before);
  }
}
