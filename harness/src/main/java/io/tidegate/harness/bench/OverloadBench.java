package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A lane that is capped at a tenth of what is offered; then a burst of customers who try again at
 * once, over a steady load that must be as before soon after.
 */
final class OverloadBench implements Scenario {
  private static final int OFFERED = 10_000;

  private static final double STEADY_SHARE = 0.5;
  private static final Duration STEADY_BEFORE = Duration.ofSeconds(10);

  /** Ten to be back within, as many to stay so, and ten to connect a burst in. */
  private static final Duration STEADY_AFTER = Duration.ofSeconds(30);

  /**
   * More than the shop lets wait (what a capped lane does in a second, 2,048 at most), or the offer
   * would be no offer.
   */
  private static final int CONNECTIONS = 2_500;

  /** At 500 a second, for those who wait behind the burst's leftovers. */
  private static final int STEADY_CONNECTIONS = 4_096;

  /** What may be answered beside 503 where too much comes. */
  private static final Set<String> FAIR = Set.of(Answers.RATE_LIMITED);

  private static final int BACK_SECONDS_MAX = 10;
  private static final long BACK_MICROS_MIN = 500_000;

  /** A second is as before when so much of what was offered is done in it, or as much as then. */
  private static final double BACK_SHARE = 0.95;

  /** With fewer of what is offered in a second before the burst, nothing is usual. */
  private static final double USUAL_SHARE_MIN = 0.5;

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String purpose() {
    return "a lane capped at a tenth of the rate offered; then a burst with naive retries";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(OFFERED).connections(CONNECTIONS);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW);
  }

  @Override
  public int loads(Plan plan) {
    return 5;
  }

  @Override
  public List<String> sets(Plan plan) {
    return Bench.setsAnd("lane.per-second-max");
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    return plan.open() ? Optional.empty() : Optional.of("overload is offered at a rate: --rate N");
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    Scenario.requireAble(this, plan);
    int cap = (int) Math.max(1, Math.round(plan.perSecond() / Overload.TIMES));
    try (SystemUnderTest system = bench.system("lane.per-second-max=" + cap);
        Meter meter = new Meter(system)) {
      Placing placing = new Placing(bench, system);
      report.version(system);
      report.settings(plan, placing.skus(), placing.customers());
      Anchor.measure(meter.database(), report);
      placing.warmUp(meter);
      Meter.Begun begun = meter.begin();
      PlaceTraffic all = placing.traffic(plan.goods().skew());
      PlaceTraffic peak = placing.traffic(plan.goods().skew());
      Map<String, Long> cpuBefore = meter.cpuMicros();
      Tally atPeak =
          bench.load(
              "the cap's own peak",
              List.of(system.api()),
              new Load.AtRate(cap * 1.1),
              plan.length(),
              peak);
      Map<String, Long> cpuBetween = meter.cpuMicros();
      PlaceTraffic overload = placing.traffic(plan.goods().skew());
      Tally tally = placing.load("ten times that", plan.length(), overload);
      Map<String, Long> cpuAfter = meter.cpuMicros();
      Burst burst = burst(bench, system, placing, all, cap);
      all.add(peak);
      all.add(overload);
      Counted counted = begun.end();
      report.result(tally, overload, "orders", overload.created());
      report.counted(counted, all.created(), tally);
      report.created(counted.newOrders(), all);
      String hidden = new Promised(defaults()).placing(plan, placing.customers(), placing.skus());
      judge(report, plan, atPeak, peak, tally, overload, cap, hidden);
      cost(
          report.section("overload"),
          new Cpu(cpuBefore, cpuBetween, peak),
          new Cpu(cpuBetween, cpuAfter, overload));
      burst.judge(report);
      double times = timesTheCap(burst.over(), plan, cap);
      report.section("recovery").put("burstTimesTheCap", Report.rounded(times));
      judge(report, burst.steady(), Promised.first(Overload.notSent(times), hidden));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  private static void judge(
      Report report,
      Plan plan,
      Tally atPeak,
      PlaceTraffic peak,
      Tally tally,
      PlaceTraffic overload,
      int cap,
      String hidden) {
    // Goodput is told by the load's own length: what was answered after it was queued before.
    double seconds = plan.length().toNanos() / 1e9;
    Overload peaks =
        new Overload(
            cap,
            seconds,
            good(atPeak, seconds),
            good(tally, seconds),
            overload.all().shed(),
            ResultJson.p99(tally.kind("place").other()),
            tally.sentInTime() / seconds / cap);
    report
        .section("overload")
        .put("offeredPerSecond", Report.rounded(tally.sentInTime() / seconds))
        .put("offeredTimesTheCap", Report.rounded(peaks.offered()))
        .put("cappedPeakPerSecond", Report.rounded(peaks.capped()))
        .put("goodputPerSecond", Report.rounded(peaks.good()))
        .put("ratio", Report.rounded(peaks.ratio()))
        .put("refused", peaks.shed())
        .put("refusalP50Ms", ResultJson.p50(tally.kind("place").other()))
        .put("refusalP99Ms", peaks.refusalP99())
        .put("peakRefused", peak.all().shed());
    report.refusedFairly("overload_peak_", List.of(atPeak), peak.all(), FAIR);
    report.refusedFairly("overload_", List.of(tally), overload.all(), FAIR);
    peaks.judge(report, "overload", "overload_goodput_to_peak", "overload_refusal_p99_ms", hidden);
  }

  /** What each part of the system took while a load ran. */
  private record Cpu(Map<String, Long> before, Map<String, Long> after, PlaceTraffic traffic) {
    double micros(String part) {
      return after.getOrDefault(part, 0L) - before.getOrDefault(part, 0L);
    }

    long answers() {
      return traffic.all().good() + traffic.all().shed();
    }
  }

  /**
   * CPU of an answer, and of a refusal: what ten times as much takes more than the cap's own peak,
   * which does as many orders in the same time.
   */
  private static void cost(ObjectNode section, Cpu peak, Cpu overload) {
    ObjectNode answer = section.putObject("cpuMicrosPerAnswer");
    ObjectNode refusal = section.putObject("cpuMicrosPerRefusal");
    long more = overload.traffic().all().shed() - peak.traffic().all().shed();
    for (String part : overload.after().keySet()) {
      if (overload.answers() > 0) {
        answer.put(part, Report.rounded(overload.micros(part) / overload.answers()));
      }
      if (more > 0) {
        refusal.put(part, Report.rounded((overload.micros(part) - peak.micros(part)) / more));
      }
    }
  }

  /** Orders a second, of the seconds in which the load was offered. */
  private static double good(Tally tally, double seconds) {
    return tally.seconds().stream().limit(Math.round(seconds)).mapToLong(Tally.Second::good).sum()
        / seconds;
  }

  /**
   * A steady load with a burst in it, in seconds from its begin.
   *
   * @param seconds the whole seconds of its length
   * @param offered orders a second
   * @param burstFrom when the burst's customers began to connect
   * @param offerUntil when the burst's last customer was due
   * @param burstUntil when the burst's last try was answered
   */
  record Steady(
      List<Tally.Second> seconds,
      double offered,
      double burstFrom,
      double offerUntil,
      double burstUntil) {
    /**
     * From what both loads tell by one clock.
     *
     * @param burstNanos when the burst was begun, its connections not yet there
     */
    static Steady of(
        Tally tally, Load load, double offered, long burstNanos, Tally burst, Plan plan) {
      List<Tally.Second> seconds = new ArrayList<>(tally.seconds());
      long length = load.length().toSeconds();
      while (seconds.size() < length) {
        seconds.add(new Tally.Second(0, 0, 0)); // Nothing came any more.
      }
      double burstFrom = (burstNanos - tally.startNanos()) / 1e9;
      double burstStart = (burst.startNanos() - tally.startNanos()) / 1e9;
      double until = burstStart + burst.elapsed().toNanos() / 1e9;
      return new Steady(
          List.copyOf(seconds.subList(0, (int) length)),
          offered,
          burstFrom,
          Math.min(until, burstStart + plan.length().toNanos() / 1e9),
          until);
    }

    /** The seconds before the burst, which tell what is as before. */
    int before() {
      return Math.clamp((long) burstFrom, 1, seconds.size());
    }

    /** The slowest answer of a second that is as before. */
    long usualMicros() {
      return Math.max(
          BACK_MICROS_MIN,
          2
              * seconds.stream()
                  .limit(before())
                  .mapToLong(Tally.Second::latencyMicrosMax)
                  .max()
                  .orElse(0));
    }

    /** The orders of a second that is as before: the machine had poor ones then, too. */
    double usualGood() {
      return seconds.stream()
          .limit(before())
          .mapToDouble(Tally.Second::good)
          .reduce(offered * BACK_SHARE, Math::min);
    }

    /** Whether the load was steady before the burst: else anything would be as before. */
    boolean steadyBefore() {
      return usualGood() >= offered * USUAL_SHARE_MIN;
    }

    private boolean isAsBefore(Tally.Second second) {
      return second.good() >= usualGood() && second.latencyMicrosMax() <= usualMicros();
    }

    /** What is slower than most seconds before the burst were. */
    private long slowMicros() {
      List<Double> before =
          seconds.stream()
              .limit(before())
              .map(second -> (double) second.latencyMicrosMax())
              .sorted()
              .toList();
      return Math.max(BACK_MICROS_MIN, Math.round(2 * Pairs.median(before)));
    }

    /** Whether a second had fewer orders than were offered, or slower ones than most had before. */
    private boolean isPoor(Tally.Second second, long slowMicros) {
      return second.good() < offered * BACK_SHARE || second.latencyMicrosMax() > slowMicros;
    }

    /** Poor seconds before the burst: in as long, so many and no poorer ones are usual after it. */
    int poorBefore() {
      long slow = slowMicros();
      return (int) seconds.stream().limit(before()).filter(s -> isPoor(s, slow)).count();
    }

    /** As many poor seconds as are usual in so many, by those before the burst. */
    private int poorUsual(int length) {
      return poorBefore() * length / before();
    }

    /**
     * How long after this moment the last second ended that was not as before: poorer than any was
     * then, one more of the poor than is usual in what is left, or one of the poor that follow the
     * moment without a break. Those are what the burst left, and not what is usual.
     */
    double backAfter(double moment) {
      int from = (int) Math.ceil(moment);
      long slow = slowMicros();
      while (from < seconds.size() && isPoor(seconds.get(from), slow)) {
        from++;
      }
      int left = poorUsual(seconds.size() - from);
      for (int i = seconds.size() - 1; i >= from; i--) {
        Tally.Second second = seconds.get(i);
        if (isPoor(second, slow)) {
          left--;
        }
        if (left < 0 || !isAsBefore(second)) {
          return i + 1 - moment;
        }
      }
      return from - moment;
    }

    /** Of what was offered, what was done in the last ten seconds. */
    double shareInTheEnd() {
      return seconds.stream()
              .skip(Math.max(0, seconds.size() - BACK_SECONDS_MAX))
              .mapToLong(Tally.Second::good)
              .average()
              .orElse(0)
          / offered;
    }

    /** Whole seconds after this moment. */
    int seenAfter(double moment) {
      return Math.max(0, seconds.size() - (int) Math.ceil(moment));
    }
  }

  /** What the burst and the load under it came to. */
  private record Burst(
      Steady steady, Tally under, PlaceTraffic placed, Tally over, RetryTraffic naive) {
    /**
     * Who is turned away may try again; but whoever waits is told in time, however many do. (Naive
     * customers whom no connection was free for in time, and tries that were on their way when the
     * generator gave up, had no answer to wait for.)
     */
    void judge(Report report) {
      report.refusedFairly("burst_steady_", List.of(under), placed.all(), FAIR);
      report.refusedFairly("burst_naive_", List.of(over), naive.all(), FAIR);
      report
          .section("recovery")
          .put("naiveRequests", over.sent())
          .put("naiveNotSent", over.notSent())
          .put("naiveCutOff", over.cutOff());
    }
  }

  /** What a burst came to while it was offered, each try a request, as a multiple of the cap. */
  static double timesTheCap(Tally burst, Plan plan, int cap) {
    return burst.sentInTime() * 1e9 / plan.length().toNanos() / cap;
  }

  private static Burst burst(
      Bench bench, SystemUnderTest system, Placing placing, PlaceTraffic all, int cap)
      throws IOException, BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    double offered = cap * STEADY_SHARE;
    PlaceTraffic steady = placing.traffic(plan.goods().skew());
    // Who tries again may do so for as long as an answer is waited for.
    Duration length =
        STEADY_BEFORE.plus(plan.length()).plus(Bench.ANSWER_WITHIN).plus(STEADY_AFTER);
    Load load =
        new Load(
            List.of(Bench.address(system.api())),
            STEADY_CONNECTIONS,
            new Load.AtRate(offered),
            length,
            Bench.ANSWER_WITHIN);
    bench.say("a steady load, and a burst with naive retries in it, " + length.toSeconds() + " s");
    try (BackgroundLoad under = BackgroundLoad.start("steady load", load, steady)) {
      under.awaitBegin(); // Its thousands of connections are there: the seconds before count now.
      Thread.sleep(STEADY_BEFORE);
      RetryTraffic naive = placing.retrying();
      long burstNanos = System.nanoTime();
      Tally over =
          bench.load(
              "the burst",
              List.of(system.api()),
              new Load.AtRate(cap * Overload.TIMES),
              plan.length(),
              naive);
      bench.say("the burst's " + over.sent() + " requests are over");
      Tally tally = under.result();
      all.add(steady);
      all.add(naive);
      return new Burst(
          Steady.of(tally, load, offered, burstNanos, over, plan), tally, steady, over, naive);
    }
  }

  /**
   * Judges being back.
   *
   * @param less what the run had less of than what is promised of; empty where of nothing
   */
  static void judge(Report report, Steady steady, String less) {
    double until = steady.burstUntil();
    int after = steady.seenAfter(until);
    report.check(
        "ten_seconds_after_the_burst_were_seen",
        "at least " + BACK_SECONDS_MAX,
        Integer.toString(after),
        after >= BACK_SECONDS_MAX);
    String unseen = after >= BACK_SECONDS_MAX ? "" : "ten seconds after the burst were not seen";
    ObjectNode recovery = report.section("recovery");
    ArrayNode good = recovery.putArray("goodBySecond");
    steady.seconds().forEach(s -> good.add(s.good()));
    recovery
        .put("offeredPerSecond", steady.offered())
        .put("burstFromSecond", Report.rounded(steady.burstFrom()))
        .put("offerUntilSecond", Report.rounded(steady.offerUntil()))
        .put("burstUntilSecond", Report.rounded(until))
        .put("usualMaxMs", steady.usualMicros() / 1_000.0)
        .put("usualGoodMin", Report.rounded(steady.usualGood()))
        .put("usualPoorSeconds", steady.poorBefore())
        .put("backAfterSeconds", Report.rounded(steady.backAfter(until)))
        .put("backAfterOfferSeconds", Report.rounded(steady.backAfter(steady.offerUntil())));
    report.target(
        "baseline_back_after_burst_seconds",
        Report.Sense.AT_MOST,
        BACK_SECONDS_MAX,
        steady.backAfter(until),
        Promised.first(
            steady.steadyBefore()
                ? ""
                : "a second before the burst had less than half of what was offered",
            unseen,
            less));
    report.target(
        "baseline_in_the_end_to_offered",
        Report.Sense.AT_LEAST,
        BACK_SHARE,
        steady.shareInTheEnd(),
        less);
  }
}
