package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The document has the names that outside programs read, and tells what does not add up. */
final class ReportTest {
  private FakeShop shop;

  @BeforeEach
  void open() throws IOException {
    shop = new FakeShop(0);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void the_documents_names_are_the_promised_ones() throws IOException {
    ObjectNode json = SampleReport.of(shop, 100, "on").json();
    for (String pointer :
        new String[] {
          "/startedAt",
          "/what",
          "/machine/cores",
          "/settings/mode",
          "/settings/connections",
          "/settings/seconds",
          "/settings/warmupSeconds",
          "/settings/users",
          "/settings/skus",
          "/settings/skuSkew",
          "/settings/linesPerOrder",
          "/settings/ordersBefore",
          "/durability/fsync",
          "/durability/synchronousCommit",
          "/durability/fullPageWrites",
          "/durability/filesystem",
          "/durability/commits",
          "/durability/walFsyncs",
          "/durability/walBytes",
          "/result/sent",
          "/result/created",
          "/result/replayed",
          "/result/refused",
          "/result/shed",
          "/result/failed",
          "/result/unknown",
          "/result/perSecond",
          "/result/generatorCpuSeconds",
          "/result/latencyMs/p50",
          "/result/latencyMs/p90",
          "/result/latencyMs/p99",
          "/result/latencyMs/p999",
          "/result/latencyMs/max",
          "/perOrder/statements",
          "/perOrder/walBytes",
          "/perOrder/messages",
          "/perOrder/allocatedBytes",
          "/perOrder/cpuMicros/server",
          "/verified/ordersInDatabase",
          "/verified/equalsCreated",
          "/verified/eventsInLog",
          "/verified/relayLagSeconds",
          "/verified/deadlocks",
          "/verified/hotUpdateShare",
          "/targets"
        }) {
      assertThat(json.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  @Test
  void counters_are_told_for_each_order() throws IOException {
    ObjectNode json = SampleReport.of(shop, 100, "on").json();
    assertThat(json.at("/perOrder/statements").asDouble())
        .isEqualTo(SampleReport.STATEMENTS / 100.0);
    assertThat(json.at("/perOrder/messages").asDouble()).isEqualTo(SampleReport.EVENTS / 100.0);
    assertThat(json.at("/perOrder/cpuMicros/server").asDouble()).isEqualTo(80);
    assertThat(json.at("/perOrder/allocatedBytes").asDouble()).isEqualTo(240);
    assertThat(json.at("/perOrder/listRowsKept").asDouble())
        .isEqualTo(4 * SampleReport.EVENTS / 100.0);
    assertThat(json.at("/perOrder/listRowsRead").asDouble())
        .isEqualTo(2 * SampleReport.EVENTS / 100.0);
    assertThat(json.at("/verified/hotUpdateShare").asDouble()).isEqualTo(0.5);
  }

  @Test
  void rows_that_do_not_equal_the_answers_are_no_good_report() throws IOException {
    assertThat(SampleReport.of(shop, 100, "on").good()).isTrue();
    Report broken = SampleReport.of(shop, 99, "on");
    assertThat(broken.good()).isFalse();
    assertThat(broken.json().at("/verified/equalsCreated").asBoolean(true)).isFalse();
    assertThat(ReportTable.of(broken.json())).contains("BROKEN rows_equal_created");
  }

  @Test
  void a_target_is_met_on_its_side_only() throws IOException {
    Report report = SampleReport.of(shop, 100, "on");
    report.target("fast", Report.Sense.AT_LEAST, 10, 10);
    report.target("few", Report.Sense.AT_MOST, 10, 10);
    assertThat(report.good()).isTrue();
    report.target("quick", Report.Sense.BELOW, 10, 10);
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json())).contains("quick").contains("MISSED");
  }

  @Test
  void without_durable_commits_no_target_is_judged_and_the_label_says_so() throws IOException {
    Report report = SampleReport.of(shop, 100, "off");
    report.target("fast", Report.Sense.AT_LEAST, 10, 11);
    assertThat(report.json().path("targets")).isEmpty();
    assertThat(ReportTable.of(report.json())).contains("NOT DURABLE");
  }

  @Test
  void what_lies_in_memory_is_not_durable() {
    Optional<String> on = Optional.of("on");
    assertThat(new Durability(on, on, on, Optional.of("ext4")).holds()).isTrue();
    assertThat(new Durability(on, on, on, Optional.empty()).holds()).isTrue();
    assertThat(new Durability(on, on, on, Optional.of("tmpfs")).holds()).isFalse();
  }

  @Test
  void latencies_of_customers_who_were_turned_away_are_no_good_report() throws IOException {
    try (FakeShop full = new FakeShop(1)) {
      PlaceTraffic traffic = SampleReport.traffic();
      Tally tally = SampleReport.load(full, traffic);
      Report report = new Report("place", Instant.EPOCH);
      report.allServed(tally, traffic);
      assertThat(report.good()).isFalse();
      traffic = SampleReport.traffic();
      report = new Report("place", Instant.EPOCH);
      report.allServed(SampleReport.load(full, traffic), traffic);
      assertThat(report.good()).isTrue();
    }
  }

  @Test
  void deadlocks_that_nobody_knows_of_are_not_none() throws IOException {
    Report report = SampleReport.of(shop, 100, "on", Optional.empty());
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN no_deadlocks: wanted 0, got unknown");
  }

  @Test
  void counts_that_nobody_knows_are_not_the_same() {
    Report report = new Report("pay", Instant.EPOCH);
    report.check("a", Optional.empty(), Optional.empty());
    assertThat(report.good()).isFalse();
    report = new Report("pay", Instant.EPOCH);
    report.check("a", Optional.of(3_000L), Optional.of(3_000L));
    assertThat(report.good()).isTrue();
    report.check("a", Optional.of(3_000L), Optional.of(3_001L));
    assertThat(report.good()).isFalse();
  }

  @Test
  void what_is_no_number_is_never_met() {
    Report report = new Report("place", Instant.EPOCH);
    report.target("ratio", Report.Sense.AT_LEAST, 0.65, Double.POSITIVE_INFINITY);
    report.target("share", Report.Sense.AT_MOST, 1.1, Double.NaN);
    assertThat(report.targets()).hasSize(2).noneMatch(Report.Target::met);
    assertThat(report.json().at("/targets/0/measurable").asBoolean(true)).isFalse();
    assertThat(report.json().at("/targets/0/got").isMissingNode()).isTrue();
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .containsPattern("ratio.*NOT MEASURABLE here: what it is counted from gives no number");
  }
}
