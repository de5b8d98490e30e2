package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Batches of what customers did: as fast as they are taken, then at the promised rate. */
final class BehaviourBench implements Scenario {
  private static final double PROMISED = 50_000;

  /** The reports' process may have to start first, and it has the lowest priority. */
  private static final Duration LAKE_MAX = Duration.ofMinutes(5);

  private static final Duration LAKE_POLL = Duration.ofMillis(250);
  private static final String IN_LAKE =
      "select coalesce(sum(rows), 0) from reporting.file"
          + " where tbl = 'behaviour' and state = 'live'";

  @Override
  public String name() {
    return "behaviour";
  }

  @Override
  public String purpose() {
    return "batches of 50 events of behaviour, and whether the lake has each event once";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.connections(64).seconds(20, 20);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.without(Asked.loadsAnd(), Asked.LINES);
  }

  @Override
  public int loads(Plan plan) {
    return plan.open() ? 1 : 2;
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      List<String> skus = bench.skus(system);
      Customers customers = bench.customers(system);
      report.version(system);
      report.settings(plan, skus.size(), customers.count());
      Anchor.measure(meter.database(), report);
      report.section("settings").put("eventsPerBatch", BehaviourTraffic.EVENTS);
      String hidden = hidden(plan, customers.count(), skus.size());
      long before = inLake(meter);
      BehaviourTraffic all = new BehaviourTraffic(customers, skus, bench.random());
      if (plan.warmup().isPositive()) {
        load(bench, system, "warm-up", plan.warmup(), plan.pace(), all);
      }
      BehaviourTraffic traffic = new BehaviourTraffic(customers, skus, bench.random());
      Meter.Begun begun = meter.begin();
      Tally tally = load(bench, system, "measured", plan.length(), plan.pace(), traffic);
      Counted counted = begun.end();
      all.add(traffic);
      long events = traffic.created() * BehaviourTraffic.EVENTS;
      report.result(tally, traffic, "events", events);
      report.section("perOrder").put("per", "event");
      report.counted(counted, events, tally);
      if (plan.open()) {
        report.allServed(tally, traffic);
      } else {
        report.target(
            "behaviour_events_per_second",
            Report.Sense.AT_LEAST,
            PROMISED,
            ResultJson.perSecond(events, tally.elapsed()),
            hidden);
        atPromisedRate(bench, system, report, customers, skus, all, hidden);
      }
      lake(bench, meter, report, before, all);
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there was less of than what is promised of; events are of no lines. */
  String hidden(Plan plan, int customers, int skus) {
    Promised usual = new Promised(defaults());
    return Promised.first(
        usual.load(plan), usual.users(customers), usual.connections(plan), usual.goods(plan, skus));
  }

  /** Open loop: latencies while as many come as are promised. */
  private static void atPromisedRate(
      Bench bench,
      SystemUnderTest system,
      Report report,
      Customers customers,
      List<String> skus,
      BehaviourTraffic all,
      String hidden)
      throws IOException {
    BehaviourTraffic traffic = new BehaviourTraffic(customers, skus, bench.random());
    Load.Pace pace = new Load.AtRate(PROMISED / BehaviourTraffic.EVENTS);
    Tally tally = load(bench, system, "at 50,000 a second", bench.plan().length(), pace, traffic);
    all.add(traffic);
    ResultJson.fill(
        report.section("open"),
        tally,
        traffic,
        "events",
        traffic.created() * BehaviourTraffic.EVENTS);
    report.target(
        "behaviour_batches_not_taken_at_50000_events_per_second",
        Report.Sense.AT_MOST,
        0,
        (double) (tally.sent() - traffic.created() + tally.notSent()),
        hidden);
  }

  /** Every event that was taken is in the lake, once. */
  private static void lake(
      Bench bench, Meter meter, Report report, long before, BehaviourTraffic all)
      throws InterruptedException {
    long least = all.created() * BehaviourTraffic.EVENTS;
    long most = least + all.perhapsCreated() * BehaviourTraffic.EVENTS;
    bench.say("waiting for " + least + " events in the lake");
    long start = System.nanoTime();
    long there = inLake(meter) - before;
    while (there < least && System.nanoTime() - start < LAKE_MAX.toNanos()) {
      TimeUnit.NANOSECONDS.sleep(LAKE_POLL.toNanos());
      there = inLake(meter) - before;
    }
    report
        .section("lake")
        .put("acknowledged", least)
        .put("events", there)
        .put("seconds", Report.rounded((System.nanoTime() - start) / 1e9));
    report.check(
        "lake_has_what_was_acknowledged",
        least == most ? Long.toString(least) : least + " to " + most,
        Long.toString(there),
        there >= least && there <= most);
  }

  private static long inLake(Meter meter) {
    return meter.database().number(IN_LAKE).orElse(0L);
  }

  private static Tally load(
      Bench bench,
      SystemUnderTest system,
      String phase,
      Duration length,
      Load.Pace pace,
      BehaviourTraffic traffic)
      throws IOException {
    return bench.load(phase, List.of(system.api()), pace, length, traffic);
  }
}
