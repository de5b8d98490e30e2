package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signed callbacks straight at the server: at a rate, by turns with every downstream well and with
 * every downstream at 30 s; or as fast as they are answered.
 */
final class CallbackBench implements Scenario {
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final String LEFT =
      "all well: %d parcels and messages of a stalled load were left beside it";

  private static final double PROMISED_RATE = 500;
  private static final double PROMISED_MOST = 3_000;

  /** What is prepared for each second of a closed loop, which nobody knows the speed of. */
  private static final long NOTICES_PER_SECOND = 3_500;

  /** Whose notices can be sent. */
  static final Set<String> PROVIDERS = Set.of("sandbox", "alipay", "wechat", "stripe");

  private final String provider;

  /** Of the sandbox provider. */
  CallbackBench() {
    this("sandbox");
  }

  /**
   * @param provider one of {@link #PROVIDERS}
   */
  CallbackBench(String provider) {
    this.provider = provider;
  }

  @Override
  public String name() {
    return "callback";
  }

  @Override
  public String purpose() {
    return "signed callbacks straight at the server, with every downstream well and at 30 s";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(PROMISED_RATE).pairs(5).connections(64);
  }

  @Override
  public int loads(Plan plan) {
    return 3 * plan.pairs();
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return plan.open() ? Asked.loadsAnd(Asked.SKEW, Asked.PAIRS) : Asked.loadsAnd(Asked.SKEW);
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    return Paying.refusal(name(), callbacks(plan, plan.length()));
  }

  /** How many notices a load has, each of an order that was prepared for it. */
  private static long callbacks(Plan plan, Duration length) {
    double perSecond = plan.open() ? plan.perSecond() : NOTICES_PER_SECOND;
    return Math.round(perSecond * (length.toNanos() / 1e9)) + 1;
  }

  @Override
  public List<String> sets(Plan plan) {
    return provider.equals("sandbox") ? Bench.setsAnd("sandbox.secret") : Bench.SETS;
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    String secret = Unguessable.hex();
    // The others' keys are read from the database of whatever system it is.
    String[] own =
        provider.equals("sandbox") ? new String[] {"sandbox.secret=" + secret} : new String[0];
    try (SystemUnderTest system = bench.system(own);
        Faults faults = Faults.of(bench, system, report);
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      Round round = new Round(bench, system, paying, provider, requests(system, secret));
      if (plan.warmup().isPositive()) {
        round.run("warm-up", plan.warmup());
        round.forget();
        meter.drain();
      }
      if (!plan.open()) {
        counted(round, "closed loop, counted", report, plan, meter);
        report.check("all_notices_were_taken", round.sent(), round.taken());
        report.target(
            "callback_" + provider + "_per_second",
            Report.Sense.AT_LEAST,
            PROMISED_MOST,
            report.section("result").path("perSecond").asDouble(),
            hidden(plan, paying.customers().count(), paying.skus()));
        Ending.audit(bench, system, report);
        return report;
      }
      List<Double> well = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      List<Double> stalled = new ArrayList<>();
      Struck struck = new Struck(Faults.DOWNSTREAM);
      Quiet quiet = new Quiet(meter.database());
      for (int pair = 1; pair <= plan.pairs(); pair++) {
        // Before the well one only: what that one leaves is what comes to a stalled carrier.
        if (pair > 1) {
          settle(bench, meter, quiet);
        }
        double a = ResultJson.p99(round.run("all well", plan.length()).tally().latencyMicros());
        faults.stallDownstream();
        Thread.sleep(SETTLE);
        double b;
        if (pair < plan.pairs()) {
          b = ResultJson.p99(round.run("all at 30 s", plan.length()).tally().latencyMicros());
        } else {
          b = counted(round, "all at 30 s, counted", report, plan, meter);
        }
        struck.add(faults.struck());
        faults.healDownstream();
        Thread.sleep(SETTLE);
        report.list("pairs").addObject().put("a", a).put("b", b);
        well.add(a);
        stalled.add(b);
        ratios.add(b / a);
      }
      report.check("all_notices_were_taken", round.sent(), round.taken());
      struck.judge(report, "stalled");
      report.section("downstream").put("leftBeforeAWellLoadMax", quiet.leftMost());
      targets(
          report,
          plan,
          well,
          stalled,
          ratios,
          Promised.first(
              hidden(plan, paying.customers().count(), paying.skus()),
              quiet.leftMost() == 0 ? "" : LEFT.formatted(quiet.leftMost())));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** Waits until what a stalled load has left to do is done: a well one would do it beside it. */
  private static void settle(Bench bench, Meter meter, Quiet quiet) throws InterruptedException {
    bench.say("waiting for parcels and messages");
    meter.drain();
    long left = quiet.await();
    if (left != 0) {
      bench.say("parcels and messages that are waited for no longer: " + left);
    }
  }

  private CallbackRequests requests(SystemUnderTest system, String secret) throws BenchFailure {
    String authority = system.api().getRawAuthority();
    return provider.equals("sandbox")
        ? new SandboxRequests(authority, secret)
        : ProviderRequests.of(authority, provider, system.database());
  }

  /** A load that is held against the database; returns its p99. */
  private static double counted(Round round, String phase, Report report, Plan plan, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    CallbackTraffic signed = round.signed(round.prepare(plan.length()));
    meter.drain();
    Meter.Begun begun = meter.begin();
    PaidRows rows = PaidRows.from(meter.database());
    Round.Ran ran = round.run(phase, plan.length(), signed);
    rows.await(ran.traffic().taken());
    Counted counted = begun.end();
    report.result(ran.tally(), ran.traffic(), "callbacks", ran.traffic().taken());
    report.counted(counted, ran.traffic().taken(), ran.tally());
    report.created(counted.newOrders(), ran.traffic());
    rows.verify(
        report,
        ran.traffic().taken(),
        ran.traffic().taken() + ran.traffic().perhapsTaken(),
        plan.goods().lines());
    return ResultJson.p99(ran.tally().latencyMicros());
  }

  /** What its loads have less of than what is promised of. */
  String hidden(Plan plan, int customers, int skus) {
    return new Promised(defaults()).placing(plan, customers, skus);
  }

  /**
   * Judges what the turns came to.
   *
   * @param hidden what they had less of than what is promised of
   */
  void targets(
      Report report,
      Plan plan,
      List<Double> well,
      List<Double> stalled,
      List<Double> ratios,
      String hidden) {
    double spread = Pairs.spread(well);
    report.figure("aaSpread", spread);
    if (!provider.equals("sandbox")) {
      report.target(
          "callback_" + provider + "_500_per_second_p99_ms",
          Report.Sense.BELOW,
          10,
          Pairs.median(well.stream().sorted().toList()),
          hidden);
      return;
    }
    report.target(
        "callback_500_per_second_stalled_p99_ms",
        Report.Sense.BELOW,
        20,
        Pairs.median(stalled.stream().sorted().toList()),
        hidden);
    Pairs.within(
        report,
        "callback_stalled_to_well_p99",
        ratios,
        spread,
        0,
        Promised.first(hidden, new Promised(defaults()).pairs(plan)));
  }

  /** Loads of callbacks, with the orders that they pay. */
  private static final class Round {
    private final Bench bench;
    private final SystemUnderTest system;
    private final Paying paying;
    private final String provider;
    private final CallbackRequests requests;
    private long sent;
    private long taken;

    Round(
        Bench bench,
        SystemUnderTest system,
        Paying paying,
        String provider,
        CallbackRequests requests) {
      this.bench = bench;
      this.system = system;
      this.paying = paying;
      this.provider = provider;
      this.requests = requests;
    }

    /** Those that were due in all loads, sent or not: what is refused is answered fast. */
    long sent() {
      return sent;
    }

    /** Those of them that were answered with success. */
    long taken() {
      return taken;
    }

    /** Counts from now on. */
    void forget() {
      sent = 0;
      taken = 0;
    }

    record Ran(Tally tally, CallbackTraffic traffic) {}

    List<Unpaid> prepare(Duration length) throws IOException, BenchFailure {
      return paying.unpaid(callbacks(bench.plan(), length), true, provider);
    }

    Ran run(String phase, Duration length) throws IOException, BenchFailure {
      return run(phase, length, signed(prepare(length)));
    }

    CallbackTraffic signed(List<Unpaid> orders) {
      return paying.callbacks(requests, orders);
    }

    Ran run(String phase, Duration length, CallbackTraffic traffic) throws IOException {
      Plan plan = bench.plan();
      Load.Pace pace = plan.open() ? plan.pace() : new Load.UpTo(traffic.count());
      Tally tally = bench.load(phase, List.of(system.api()), pace, length, traffic);
      sent += tally.sent() + tally.notSent();
      taken += traffic.taken();
      return new Ran(tally, traffic);
    }
  }
}
