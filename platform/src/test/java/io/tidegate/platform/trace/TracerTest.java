package io.tidegate.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.tidegate.platform.testing.TestCollector;
import io.tidegate.platform.testing.TestCollector.Told;
import io.tidegate.platform.testing.TestLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is told to a collector, and what it costs when there is none. */
class TracerTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SAMPLED = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String UNSAMPLED = "00-" + TRACE + "-b7ad6b7169203331-00";
  private static final Duration SOON = TestLimits.PATIENCE;

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private TestCollector collector;
  private Tracer tracer;

  @BeforeEach
  void open() throws IOException {
    collector = new TestCollector();
    tracer = to(collector.url(), 1, Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    tracer.close();
    collector.close();
  }

  private Tracer to(URI url, double ratio, Duration timeout) {
    return Tracer.to(new TraceSettings(url, ratio, timeout, "test", "one"), meters);
  }

  private double counted(String result) {
    return meters.get("tidegate.trace.spans").tag("result", result).counter().count();
  }

  private Told told(String name) {
    return await()
        .atMost(SOON)
        .until(
            () -> collector.told().stream().filter(span -> span.name().equals(name)).toList(),
            some -> !some.isEmpty())
        .getFirst();
  }

  @Test
  void aRequestIsPartOfItsCallersTrace() {
    Span request = tracer.serve("GET /v1/things", SAMPLED);
    request.with("http.response.status_code", 200).end();

    Told told = told("GET /v1/things");
    assertThat(told.trace()).isEqualTo(TRACE);
    assertThat(told.parent()).isEqualTo("b7ad6b7169203331");
    assertThat(told.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(told.service()).isEqualTo("test");
    assertThat(told.attributes()).containsEntry("http.response.status_code", "200");
    assertThat(request.traceparent()).isEqualTo("00-" + TRACE + "-" + told.id() + "-01");
  }

  @Test
  void whatACallerDoesNotHaveToldIsNot() {
    assertThat(tracer.serve("a", UNSAMPLED).isTold()).isFalse();
    assertThat(tracer.follow(Kind.CONSUMER, "b", UNSAMPLED).isTold()).isFalse();
    assertThat(tracer.follow(Kind.CONSUMER, "c", "").isTold()).isFalse();
    assertThat(tracer.follow(Kind.CONSUMER, "d", SAMPLED.replace('b', 'x')).isTold()).isFalse();
  }

  @Test
  void theRatioDecidesWhereATraceBegins() {
    assertThat(tracer.serve("all", null).isTold()).isTrue();
    assertThat(tracer.serve("all", "no traceparent").isTold()).isTrue();
    try (Tracer none = to(collector.url(), 0, Duration.ofSeconds(10))) {
      assertThat(none.serve("none", null).isTold()).isFalse();
      assertThat(none.begin("none").isTold()).isFalse();
      assertThat(none.serve("a caller's", SAMPLED).isTold()).isTrue();
    }
    try (Tracer some = to(collector.url(), 0.25, Duration.ofSeconds(10))) {
      int told = 0;
      for (int i = 0; i < 10_000; i++) {
        told += some.begin("some").isTold() ? 1 : 0;
      }
      assertThat(told).isBetween(2_200, 2_800);
    }
  }

  @Test
  void aThreadIsInTheSpanThatItEntered() {
    Span outer = tracer.begin("outer");
    assertThat(tracer.child(Kind.INTERNAL, "lost").isTold()).isFalse();
    try (Entered _ = outer.enter()) {
      Span inner = tracer.child(Kind.CLIENT, "inner");
      try (Entered _ = inner.enter()) {
        tracer.child(Kind.INTERNAL, "innermost").end();
      }
      inner.link(outer);
      inner.failed("Why");
      inner.end();
      assertThat(tracer.current()).isSameAs(outer);
    }
    assertThat(tracer.current().isTold()).isFalse();
    outer.end();

    Told root = told("outer");
    Told inner = told("inner");
    assertThat(root.parent()).isEmpty();
    assertThat(inner.parent()).isEqualTo(root.id());
    assertThat(inner.links()).containsExactly(root.id());
    assertThat(inner.failed()).isTrue();
    assertThat(inner.attributes()).containsEntry("error.type", "Why");
    assertThat(told("innermost").parent()).isEqualTo(inner.id());
  }

  @Test
  void whatIsLeftIsToldAtTheEnd() {
    tracer.begin("the last").end();
    tracer.close();
    assertThat(collector.told()).extracting(Told::name).contains("the last");
  }

  @Test
  void aCollectorThatHangsIsWaitedForByNobody() {
    int many = 3 * SpanQueue.SPANS_MAX;
    Runnable goOn = collector.hold();
    for (int i = 0; i < many; i++) {
      tracer.begin("one of many").end();
    }
    // It has at most a batch of them, and the queue the rest that is not lost.
    assertThat(counted("told")).isZero();
    assertThat(counted("dropped")).isGreaterThanOrEqualTo(many - SpanQueue.SPANS_MAX - 1_024);
    goOn.run();
    await().atMost(SOON).until(() -> counted("told") + counted("dropped") == many);
    assertThat(counted("told")).isPositive();
  }

  @Test
  void aCollectorThatIsAwayIsTheLogsAffairOnce() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(SpanQueue.class);
    lines.start();
    log.addAppender(lines);
    try (Tracer away = to(URI.create("http://127.0.0.1:9"), 1, Duration.ofSeconds(1))) {
      away.begin("first").end();
      await().atMost(SOON).until(() -> counted("dropped") == 1);
      away.begin("second").end();
      await().atMost(SOON).until(() -> counted("dropped") == 2);
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage()).contains("otel.endpoint");
  }

  @Test
  void offMakesNothing() {
    Span none = Tracer.OFF.serve("a", SAMPLED);
    assertThat(
            List.of(
                Tracer.OFF.begin("b"),
                Tracer.OFF.child(Kind.CLIENT, "c"),
                none.child(Kind.CLIENT, "d")))
        .allMatch(span -> span == Span.NONE);
    assertThat(none.traceparent()).isEmpty();
    assertThat(none.enter()).isSameAs(Span.NONE.enter());
  }

  @Test
  void offAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    passThrough(Tracer.OFF, 1_000); // its classes are loaded
    long before = threads.getCurrentThreadAllocatedBytes();
    passThrough(Tracer.OFF, 10_000);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    // A byte for each would be 10,000; the measurement itself takes some.
    assertThat(bytes).isLessThan(4_096);
  }

  /** What a request that is not traced comes past. */
  private static void passThrough(Tracer tracer, int requests) {
    for (int i = 0; i < requests; i++) {
      Span span = tracer.isOn() ? tracer.serve("a", null) : Span.NONE;
      try (Entered _ = span.enter()) {
        Span part = tracer.child(Kind.CLIENT, "b").with("key", "value").with("count", i);
        Span.NONE.link(part);
        part.end();
      } finally {
        span.end();
      }
    }
  }
}
