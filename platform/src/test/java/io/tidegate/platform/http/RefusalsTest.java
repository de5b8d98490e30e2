package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whoever sends nonsense fills counters and no log. */
class RefusalsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Refusals refused = new Refusals("refused", "a notice", meters, now::get);
  private final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  @Test
  void allAreCountedAndOneAMinuteOfEachKindIsALine() {
    for (int i = 0; i < 1_000; i++) {
      refused.count("sandbox", "unsigned");
      refused.count("sandbox", "stale");
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "a notice of sandbox is rejected: unsigned (0 more since the last line)",
            "a notice of sandbox is rejected: stale (0 more since the last line)");
    now.set(Instant.EPOCH.plusSeconds(60));
    refused.count("sandbox", "unsigned");
    assertThat(lines.list)
        .last()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("a notice of sandbox is rejected: unsigned (999 more since the last line)");
    assertThat(counted("unsigned")).isEqualTo(1_001);
    assertThat(counted("stale")).isEqualTo(1_000);
  }

  @Test
  void kindsAreBounded() {
    for (int i = 0; i < 1_000; i++) {
      refused.count("sandbox", "kind " + i);
    }
    assertThat(meters.getMeters()).hasSizeLessThan(100);
    assertThat(counted("other")).isGreaterThan(900);
  }

  private double counted(String why) {
    return meters.get("refused").tags("sender", "sandbox", "why", why).counter().count();
  }
}
