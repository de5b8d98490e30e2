package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.ReadyCheck.Readiness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of the parts while the database is away, which takes its time to be seen. */
class PartGaugesTest {

  private static final Duration SCRAPE_EVERY = Duration.ofSeconds(10);

  /** As long as whoever wants a session waits for it. */
  private static final Duration REFUSED_AFTER = Duration.ofSeconds(5);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicBoolean away = new AtomicBoolean();
  private final Semaphore refused = new Semaphore(0);

  @BeforeEach
  void register() {
    PartGauges.register(
        meters, this::readiness, () -> true, () -> System.nanoTime() + passed.get());
  }

  private Readiness readiness() {
    if (away.get()) {
      refused.acquireUninterruptibly();
      return told(false);
    }
    return told(true);
  }

  private static Readiness told(boolean up) {
    return new Readiness(Map.of("api", true, "database", up, "broker", true), up);
  }

  @Test
  void aDatabaseThatIsAwayIsToldFromTheSecondScrapeOn() {
    assertTold(1);
    away.set(true);
    pass(SCRAPE_EVERY);
    assertTold(1);
    for (int scrape = 0; scrape < 4; scrape++) {
      pass(REFUSED_AFTER);
      refused.release();
      pass(SCRAPE_EVERY.minus(REFUSED_AFTER));
      assertTold(0);
    }
    away.set(false);
    refused.release();
    pass(SCRAPE_EVERY);
    await().untilAsserted(() -> assertTold(1));
  }

  @Test
  void aDatabaseThatSaysNothingAtAllIsAway() {
    assertTold(1);
    away.set(true);
    pass(SCRAPE_EVERY);
    assertTold(1);
    for (int scrape = 0; scrape < 10; scrape++) {
      pass(SCRAPE_EVERY);
      assertTold(0);
    }
    refused.release();
  }

  /** A program that has just been started is asked before it has asked. */
  @Test
  void theFirstLookHasTheTimeThatAnAnswerTakes() {
    away.set(true);
    assertThat(value("tidegate.ready")).isNaN();
    pass(REFUSED_AFTER);
    assertTold(0);
    refused.release();
  }

  /** Of what is no number, "== 0" is not true; "!= 1" is. */
  @Test
  void theAlertHearsWhatNobodyKnows() throws Exception {
    Path root = Path.of(System.getProperty("tidegate.root", ".."));
    String rules = Files.readString(root.resolve("ops/prometheus/alerts.yml"));
    assertThat(rules.substring(rules.indexOf("alert: OrdersNotTaken")))
        .containsPattern(
            "^alert: OrdersNotTaken\\s+expr: \\|-\\s+tidegate_ready != 1\\s+for: 30s\\s");
  }

  private void assertTold(double up) {
    assertThat(value("tidegate.ready")).isEqualTo(up);
    assertThat(value("tidegate.part.up", "part", "database")).isEqualTo(up);
    assertThat(value("tidegate.part.up", "part", "api")).isEqualTo(1);
    assertThat(value("tidegate.part.up", "part", "broker")).isEqualTo(1);
  }

  private double value(String name, String... tags) {
    return meters.get(name).tags(tags).gauge().value();
  }

  private void pass(Duration time) {
    passed.addAndGet(time.toNanos());
  }
}
