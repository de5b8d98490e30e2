package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.identity.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrong by the figures, and what the overview says of it. */
class MonitoringPageTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RecentCounts recent = RecentCounts.start(meters, Optional::empty);

  @AfterEach
  void close() {
    recent.close();
    meters.close();
  }

  private AtomicReference<Double> gauge(String name, double value, String... label) {
    AtomicReference<Double> held = new AtomicReference<>(value);
    Gauge.builder(name, held, AtomicReference::get)
        .strongReference(true)
        .tags(label)
        .register(meters);
    return held;
  }

  private List<Fault> faults() {
    return FaultFinder.find(Figures.read(meters), recent, Double.NaN).stream()
        .map(FaultFinder.Found::fault)
        .toList();
  }

  private MonitoringBoard board(String role) {
    return new MonitoringReader(
            Figures.read(meters),
            meters,
            recent,
            Texts.in(Language.EN),
            Caller.staff("a member", Set.of(role)))
        .board();
  }

  @Test
  void whatNobodyKnowsIsNoFault() {
    gauge("tidegate.ready", Double.NaN);
    gauge("tidegate.relay.lag.seconds", Double.NaN);
    gauge("tidegate.consumer.backlog", Double.NaN, "consumer", "points");
    assertThat(faults()).isEmpty();
    assertThat(board("admin").sections()).extracting(MonitoringBoard.Part::code).contains("parts");
  }

  @Test
  void theWorstStandsFirstAndSaysWhatToDo() {
    gauge("tidegate.consumer.dead", 3, "consumer", "points");
    gauge("tidegate.consumer.backlog", 10_001, "consumer", "points");
    gauge("tidegate.refunds.waiting", 2);
    AtomicReference<Double> ready = gauge("tidegate.ready", 0);
    gauge("tidegate.disk.free.bytes", 7e9);
    gauge("tidegate.disk.free.min.bytes", 2e9);
    assertThat(faults())
        .containsExactly(
            Fault.ORDERS_NOT_TAKEN,
            Fault.DISK_NEARLY_FULL,
            Fault.CONSUMER_BEHIND,
            Fault.DEAD_LETTERS,
            Fault.REFUNDS_WAIT);
    MonitoringBoard.Trouble letters = board("support").faults().get(3);
    assertThat(letters.title()).isEqualTo("Events wait for a person: points: 3");
    assertThat(letters.href()).isEqualTo("/console/dead-letters");
    assertThat(letters.paragraph()).isEqualTo("docs/operations.md#dead-letters");
    assertThat(board("marketing").faults().get(3).href())
        .as("a page that this member may not see")
        .isEmpty();
    assertThat(board("admin").faults().get(1).title())
        .isEqualTo("Only 7.0 GB are left on the disk");
    ready.set(1.0);
    assertThat(faults()).doesNotContain(Fault.ORDERS_NOT_TAKEN);
  }

  @Test
  void filesOfTheLakeThatWaitAreTold() {
    gauge("tidegate.lake.waiting.files", 2);
    assertThat(faults()).containsExactly(Fault.LAKE_FILES_WAIT);
    assertThat(board("admin").faults().getFirst().title())
        .isEqualTo("2 files of the lake cannot be had now; reports lack their rows");
  }

  @Test
  void parcelsThatAreStuckAndMessagesGivenUpAreTold() {
    AtomicReference<Double> seconds = gauge("tidegate.parcels.stuck.seconds", 1_800);
    gauge("tidegate.parcels.stuck", 3);
    AtomicReference<Double> messages = gauge("tidegate.messages.given.up", 0);
    assertThat(faults()).isEmpty();
    seconds.set(1_801.0);
    messages.set(2.0);
    assertThat(faults()).containsExactly(Fault.PARCELS_STUCK, Fault.MESSAGES_GIVEN_UP);
    assertThat(board("warehouse").faults().getFirst().href()).isEqualTo("/console/stuck");
    assertThat(board("admin").faults().getLast().title())
        .isEqualTo("2 messages to customers were given up within a day");
  }

  @Test
  void whatIsLongPastIsNoFaultAnyMore() {
    gauge("tidegate.lane.queue", 0, "lane", "place");
    Counter full = Counter.builder("tidegate.lane.full").tag("lane", "place").register(meters);
    full.increment(5);
    assertThat(faults()).as("since the start").containsExactly(Fault.LANE_FULL);
    for (int i = 0;
        i < 60;
        i++) { // as many as are kept: the start is further away than all of them
      recent.note();
    }
    assertThat(faults()).isEmpty();
    full.increment();
    assertThat(faults()).containsExactly(Fault.LANE_FULL);
    assertThat(recent.since(Duration.ofMinutes(5), Figures.named("tidegate.lane.full")))
        .isEqualTo(1, within(1e-9));
  }

  @Test
  void aProviderFailsWhereAFifthBringsNoAnswer() {
    AtomicReference<Double> circuit =
        gauge("tidegate.outbound.circuit.open", 0, "provider", "carrier");
    calls("2xx", 8);
    calls("unknown", 2);
    assertThat(faults()).isEmpty();
    calls("unknown", 1);
    assertThat(faults()).containsExactly(Fault.PROVIDER_FAILS);
    circuit.set(1.0);
    assertThat(faults()).containsExactly(Fault.CIRCUIT_OPEN);
  }

  private void calls(String result, int count) {
    Timer calls =
        Timer.builder("tidegate.outbound")
            .tag("provider", "carrier")
            .tag("result", result)
            .register(meters);
    for (int i = 0; i < count; i++) {
      calls.record(1, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aSaleThatTurnsAwayAndAReportThatIsBeingMadeAreNoOverload() {
    requests("/v1/flash-sales/{id}/orders", "503", 100);
    requests("/console/reports/{name}", "503", 100);
    requests("/v1/orders", "201", 100);
    assertThat(faults()).isEmpty();
    requests("/v1/orders", "503", 4);
    assertThat(faults()).containsExactly(Fault.REQUESTS_SHED);
    requests("/v1/orders", "500", 1);
    assertThat(faults()).containsExactly(Fault.REQUESTS_FAIL, Fault.REQUESTS_SHED);
  }

  private void requests(String route, String status, int count) {
    Timer requests =
        Timer.builder("http.server.requests")
            .tag("method", "POST")
            .tag("route", route)
            .tag("status", status)
            .register(meters);
    for (int i = 0; i < count; i++) {
      requests.record(1, TimeUnit.MILLISECONDS);
    }
  }

  /** One that hangs must not hold up the page that would tell of it. */
  @Test
  void aGaugeThatHangsIsNotKnownAndTheOthersAre() {
    CountDownLatch never = new CountDownLatch(1);
    Gauge.builder(
            "tidegate.ready",
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return 0;
            })
        .register(meters);
    gauge("tidegate.audit.broken", 1);
    assertThat(faults()).containsExactly(Fault.AUDIT_BROKEN);
    never.countDown();
  }

  @Test
  void whatTheReportsTellIsRead() {
    PrometheusText told =
        PrometheusText.read(
            """
            # HELP a of nothing
            # TYPE a gauge
            tidegate_lake_behaviour_lag_seconds 301.5
            a_bucket{le="+Inf"} 7
            odd NaN
            """);
    assertThat(told.of("tidegate_lake_behaviour_lag_seconds")).isEqualTo(301.5);
    assertThat(told.of("odd")).isNaN();
    assertThat(told.of("a_bucket")).isNaN();
    assertThat(told.values()).hasSize(2);
  }

  /** Whoever follows a fault to the handbook finds the paragraph. */
  @Test
  void everyFaultHasItsParagraphInTheHandbook() throws Exception {
    Path root = Path.of(System.getProperty("tidegate.root", ".."));
    List<String> paragraphs =
        Files.readAllLines(root.resolve("docs/operations.md")).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4).toLowerCase(java.util.Locale.ROOT).replace(' ', '-'))
            .toList();
    for (Fault fault : Fault.values()) {
      assertThat(paragraphs).as(fault.toString()).contains(fault.paragraph());
    }
  }

  /** What Prometheus would wake somebody for is told here, too. */
  @Test
  void everyAlertHasAFault() throws Exception {
    Path root = Path.of(System.getProperty("tidegate.root", ".."));
    List<String> alerted =
        Files.readAllLines(root.resolve("ops/prometheus/alerts.yml")).stream()
            .filter(line -> line.contains("runbook_url: docs/operations.md#"))
            .map(line -> line.substring(line.indexOf('#') + 1))
            .distinct()
            .filter(paragraph -> !paragraph.equals("node-not-seen")) // it can't tell of itself
            .toList();
    assertThat(alerted).hasSizeGreaterThan(20);
    assertThat(Arrays.stream(Fault.values()).map(Fault::paragraph)).containsAll(alerted);
  }

  @Test
  void aSaleThatIsOnHasARowOfItsOwn() {
    gauge("tidegate.flash.waiting", 3);
    gauge("tidegate.flash.free", 40);
    gauge("tidegate.flash.sale.free", 40, "sale", "7");
    Counter.builder("tidegate.flash.sale.placed").tag("sale", "7").register(meters).increment(60);
    MonitoringBoard.Part sales =
        board("admin").sections().stream()
            .filter(part -> part.code().equals("sales"))
            .findFirst()
            .orElseThrow();
    assertThat(sales.rows())
        .containsExactly(
            List.of("All together", "3", "–", "40", "60", "0"),
            List.of("7", "–", "–", "40", "60", "0"));
  }
}
