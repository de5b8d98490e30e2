package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reports on a lake of many made-up orders: how long each takes over HTTP, and whether those who
 * place orders notice that reports are read and questions asked in SQL.
 */
final class ReportsBench implements Scenario {
  private static final long PROMISED_ORDERS = 10_000_000;
  private static final double SECONDS_MAX = 1;
  private static final double MOVED_MAX = 0.1;

  /**
   * Of {@code --rate N}: enough orders in each load for a p99, and below half of what two cores
   * place.
   */
  private static final double PROMISED_RATE = 500;

  /** A year, today included. */
  private static final int DAYS = 365;

  /** Today, and for what rests on history the day before. */
  private static final int RAW_DAYS_MAX = 2;

  private static final int WARM = 3;
  private static final int MEASURED = 20;
  private static final Duration FILL_MAX = Duration.ofHours(2);
  private static final Duration PREPARED_MAX = Duration.ofHours(2);
  private static final Duration PREPARED_POLL = Duration.ofSeconds(1);
  private static final Duration TOKEN_MAX = Duration.ofMinutes(1);

  private static final String FILES = "select count(*) from reporting.file where state = 'live'";
  private static final String ROWS =
      "select coalesce(sum(rows), 0)::bigint from reporting.file where state = 'live'";
  private static final String BYTES =
      "select coalesce(sum(bytes), 0)::bigint from reporting.file where state = 'live'";

  @Override
  public String name() {
    return "reports";
  }

  @Override
  public String purpose() {
    return "each report on a lake of --orders made-up orders; placing with reports read, and without";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.orders(PROMISED_ORDERS).pairs(Pairs.PAIRS_MIN);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW, Asked.ORDERS, Asked.PAIRS);
  }

  @Override
  public int loads(Plan plan) {
    return 2 * plan.pairs();
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system);
        ReportReader reader = new ReportReader(system.api(), token(system))) {
      Placing placing = new Placing(bench, system);
      report.version(system);
      report.settings(plan, placing.skus(), placing.customers());
      Anchor.measure(meter.database(), report);
      fill(bench, system, meter, report);
      List<ReportReader.Cut> cuts = reader.cuts();
      LocalDate to = today(reader);
      LocalDate from = to.minusDays(DAYS - 1L);
      awaitPrepared(bench, reader, cuts, from, to, report);
      String hidden = orders(report, reader.orders());
      Map<String, Double> slowest = new LinkedHashMap<>();
      for (ReportReader.Cut cut : cuts) {
        slowest.merge(cut.report(), timed(bench, reader, cut, from, to, report), Math::max);
      }
      slowest.forEach((name, millis) ->
          report.target(
              "report_" + name.replace('-', '_') + "_seconds_max",
              Report.Sense.BELOW,
              SECONDS_MAX,
              millis / 1_000,
              hidden));
      ReportReaders readers = new ReportReaders(reader, cuts, from, to);
      String less = Promised.first(hidden, besides(plan, placing.customers(), placing.skus()));
      beside(bench, placing, meter, readers, report, less);
      Processes.reportsPeakBytes(system.pid())
          .ifPresent(bytes -> report.section("lake").put("processPeakBytes", bytes));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** Tells how many orders the lake has, and what is promised of more than that. */
  String orders(Report report, Optional<Long> known) {
    known.ifPresent(n -> report.section("lake").put("orders", n));
    return new Promised(defaults()).orders(known.orElse(0L));
  }

  /** What the placing had less of; at a rate, the rate too, which it has none of unasked. */
  String besides(Plan plan, int customers, int skus) {
    Promised usual = new Promised(defaults().rate(PROMISED_RATE));
    return Promised.first(usual.pairs(plan), usual.placing(plan, customers, skus));
  }

  private static String token(SystemUnderTest system) throws BenchFailure, InterruptedException {
    return Launcher.find()
        .run(List.of("token", "--staff", "admin", "--data", data(system).toString()), TOKEN_MAX)
        .strip();
  }

  private static Path data(SystemUnderTest system) throws BenchFailure {
    return system
        .data()
        .orElseThrow(() -> new BenchFailure("reports are read by staff, with --data DIR"));
  }

  /** The product's own filling; what runs already may have a filled lake. */
  private static void fill(Bench bench, SystemUnderTest system, Meter meter, Report report)
      throws BenchFailure, InterruptedException {
    long start = System.nanoTime();
    boolean fills = bench.ownSystem() || meter.database().number(FILES).orElse(0L) == 0;
    if (fills) {
      long orders = bench.plan().orders();
      bench.say("filling the lake with " + orders + " orders");
      Launcher.find()
          .run(
              List.of(
                  "fill",
                  "--lake",
                  Long.toString(orders),
                  "--yes",
                  "--data",
                  data(system).toString()),
              FILL_MAX);
      report.section("lake").put("fillSeconds", Report.rounded((System.nanoTime() - start) / 1e9));
    }
    meter.database().number(ROWS).ifPresent(n -> report.section("lake").put("rows", n));
    meter.database().number(BYTES).ifPresent(n -> report.section("lake").put("bytes", n));
  }

  /** The shop's day, as a report tells that was asked for none. */
  private static LocalDate today(ReportReader reader) throws BenchFailure, InterruptedException {
    ReportReader.Answered answer = reader.get("/v1/admin/reports/turnover");
    for (int n = 0; !answer.isGood() && n < PREPARED_MAX.toSeconds(); n++) {
      TimeUnit.NANOSECONDS.sleep(PREPARED_POLL.toNanos());
      answer = reader.get("/v1/admin/reports/turnover");
    }
    return LocalDate.parse(answer.json().path("to").asString());
  }

  /** Until each report is made of kept figures, but for the last days. */
  private static void awaitPrepared(
      Bench bench,
      ReportReader reader,
      List<ReportReader.Cut> cuts,
      LocalDate from,
      LocalDate to,
      Report report)
      throws BenchFailure, InterruptedException {
    bench.say("waiting for the rollups");
    long start = System.nanoTime();
    for (ReportReader.Cut cut : cuts) {
      ReportReader.Answered last = reader.get(cut.path(from, to));
      while (!isPrepared(last)) {
        if (System.nanoTime() - start > PREPARED_MAX.toNanos()) {
          throw new BenchFailure(cut + " is not prepared: " + last.status() + " " + last.body());
        }
        TimeUnit.NANOSECONDS.sleep(PREPARED_POLL.toNanos());
        last = reader.get(cut.path(from, to));
      }
    }
    report
        .section("lake")
        .put("preparedSeconds", Report.rounded((System.nanoTime() - start) / 1e9));
  }

  private static boolean isPrepared(ReportReader.Answered answer) throws BenchFailure {
    return answer.isGood() && answer.json().path("rawDays").asInt() <= RAW_DAYS_MAX;
  }

  /** One report again and again; its slowest answer, in milliseconds. */
  private static double timed(
      Bench bench,
      ReportReader reader,
      ReportReader.Cut cut,
      LocalDate from,
      LocalDate to,
      Report report)
      throws BenchFailure, InterruptedException {
    List<Double> millis = new ArrayList<>();
    int rows = 0;
    for (int n = 0; n < WARM + MEASURED; n++) {
      ReportReader.Answered answer = reader.get(cut.path(from, to));
      if (!answer.isGood()) {
        throw new BenchFailure(cut + " answers " + answer.status() + ": " + answer.body());
      }
      JsonNode json = answer.json();
      rows = json.path("rows").size();
      if (n >= WARM) {
        millis.add(answer.millis());
      }
    }
    List<Double> sorted = millis.stream().sorted().toList();
    double most = sorted.getLast();
    bench.say("%s by %s: %.0f ms".formatted(cut.report(), cut.by(), most));
    report.check("rows_of_" + cut.report() + "_by_" + cut.by(), "some", rows + "", rows > 0);
    report
        .section("reports")
        .putObject(cut.report() + "/" + cut.by())
        .put("p50Ms", Report.rounded(Pairs.median(sorted)))
        .put("maxMs", Report.rounded(most))
        .put("rows", rows);
    return most;
  }

  /**
   * Placing by turns with nobody who reads reports, and with two who do without a pause: how many
   * orders are placed as fast as answers come, or at a rate how long an answer takes.
   */
  private static void beside(
      Bench bench,
      Placing placing,
      Meter meter,
      ReportReaders readers,
      Report report,
      String hidden)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    placing.warmUp(meter);
    Meter.Begun begun = meter.begin();
    PlaceTraffic all = placing.traffic(plan.goods().skew());
    List<Tally> loads = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    @Nullable Ran last = null;
    for (int pair = 1; pair <= plan.pairs(); pair++) {
      if (pair > 1) {
        readers.rest();
      }
      double a = load(bench, placing, "placing alone", all, loads).figure(plan);
      last = readers.whileReading(() -> load(bench, placing, "with reports", all, loads));
      double b = last.figure(plan);
      report.list("pairs").addObject().put("a", a).put("b", b);
      without.add(a);
      ratios.add(b / a);
    }
    Counted counted = begun.end();
    readers.rest();
    if (last != null) {
      report.result(last.tally(), last.traffic(), "orders", last.traffic().created());
      report.counted(counted, all.created(), last.tally());
    }
    report.created(counted.newOrders(), all);
    report.allServed("", loads, all.all());
    judge(report, plan, readers, without, ratios, hidden);
  }

  /**
   * Judges what the turns came to.
   *
   * @param without what the loads without reports did
   * @param less what the run had less of than what is promised of; empty where of nothing
   */
  static void judge(
      Report report,
      Plan plan,
      ReportReaders readers,
      List<Double> without,
      List<Double> ratios,
      String less) {
    double spread = Pairs.spread(without);
    report.figure("aaSpread", spread);
    readMeanwhile(report, readers);
    String hidden = Promised.first(readers.hidden(), less);
    if (plan.open()) {
      Pairs.within(
          report, "placing_with_reports_to_without_p99", ratios, spread, MOVED_MAX, hidden);
    } else {
      Pairs.atLeast(
          report, "placing_with_reports_to_without", ratios, spread, 1 - MOVED_MAX, hidden);
    }
  }

  /** Whether those who read reports beside placing were there, and each of them answered. */
  static void readMeanwhile(Report report, ReportReaders readers) {
    readers.answers().forEach(report.section("readMeanwhile")::put);
    readers.fewest().forEach(report.section("readMeanwhile")::put);
    report.check(
        "reports_and_questions_were_answered_meanwhile",
        "both",
        readers.answers().toString(),
        readers.answers().containsKey("report_answered")
            && readers.answers().containsKey("sql_answered"));
    report.check("every_report_was_answered_meanwhile", 0, readers.notAnswered());
  }

  private record Ran(Tally tally, PlaceTraffic traffic) {
    /** Orders a second of a closed loop; the p99 in milliseconds of an open one. */
    double figure(Plan plan) {
      return plan.open()
          ? ResultJson.p99(tally.latencyMicros())
          : Report.rounded(ResultJson.perSecond(traffic.created(), tally.elapsed()));
    }
  }

  private static Ran load(
      Bench bench, Placing placing, String phase, PlaceTraffic all, List<Tally> loads)
      throws IOException {
    PlaceTraffic traffic = placing.traffic(bench.plan().goods().skew());
    Tally tally = placing.load(phase, bench.plan().length(), traffic);
    all.add(traffic);
    loads.add(tally);
    return new Ran(tally, traffic);
  }
}
