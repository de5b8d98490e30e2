package io.tidegate.harness.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Signed callbacks straight at the server: at a rate, by turns with every downstream well and with
 * every downstream at 30 s; or as fast as they are answered.
 */
final class CallbackBench implements Scenario {
  private static final double PROMISED_RATE = 500;
  private static final double PROMISED_MOST = 3_000;

  /** What is prepared for each second of a closed loop, which nobody knows the speed of. */
  private static final long NOTICES_PER_SECOND = 3_500;

  /** Signed beforehand, they wait for the counters to be read, and for who is before them. */
  private static final Duration BEGUN_WITHIN = Duration.ofSeconds(20);

  private static final Duration FRESH_MAX = Duration.ofMinutes(5);

  /**
   * What a provider's notices are like.
   *
   * @param signedWithin what signing one takes at most
   * @param bytes of one, whole
   * @param stale whether one that is older than {@link #FRESH_MAX} is refused
   */
  private record Notices(Duration signedWithin, int bytes, boolean stale) {}

  private static final Notices OF_HMAC = new Notices(Duration.ofNanos(20_000), 700, true);
  private static final Notices OF_RSA = new Notices(Duration.ofMillis(1), 1_500, true);
  private static final Notices OF_ALIPAY = new Notices(Duration.ofMillis(1), 1_500, false);

  private static final Map<String, Notices> NOTICES =
      Map.of("sandbox", OF_HMAC, "stripe", OF_HMAC, "wechat", OF_RSA, "alipay", OF_ALIPAY);

  /** Whose notices can be sent. */
  static final Set<String> PROVIDERS = NOTICES.keySet();

  private final String provider;
  private final Notices notices;

  /** Of the sandbox provider. */
  CallbackBench() {
    this("sandbox");
  }

  /**
   * @param provider one of {@link #PROVIDERS}
   */
  CallbackBench(String provider) {
    this.provider = provider;
    this.notices = Objects.requireNonNull(NOTICES.get(provider), provider);
  }

  String provider() {
    return provider;
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
    // Each pair with its preparations, and what is waited for before it.
    return 3 * plan.pairs() + plan.loadsIn(Quiet.ABOUT.multipliedBy(plan.pairs()));
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return plan.open() ? Asked.loadsAnd(Asked.SKEW, Asked.PAIRS) : Asked.loadsAnd(Asked.SKEW);
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    Duration longest = plan.length().compareTo(plan.warmup()) < 0 ? plan.warmup() : plan.length();
    return Paying.refusal(name(), callbacks(plan, longest), notices.bytes())
        .or(() -> stale(longest, age(plan, longest)));
  }

  /** How old the last notice of a load is when it is sent. */
  private Duration age(Plan plan, Duration length) {
    return notices
        .signedWithin()
        .multipliedBy(callbacks(plan, length))
        .plus(BEGUN_WITHIN)
        .plus(length);
  }

  private Optional<String> stale(Duration length, Duration age) {
    return notices.stale() && age.compareTo(FRESH_MAX) > 0
        ? Optional.of(
            "%s signs its notices before each load: the last of %d s would be %d s old, and one of %s is refused after %d s"
                .formatted(
                    name(), length.toSeconds(), age.toSeconds(), provider, FRESH_MAX.toSeconds()))
        : Optional.empty();
  }

  /** How many notices a load has, each of an order that was prepared for it. */
  static long callbacks(Plan plan, Duration length) {
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
      CallbackRound round =
          new CallbackRound(bench, paying, this, requests(system, secret), meter, faults, report);
      // What is open before the warm-up is none of its parcels.
      CallbackTurns turns =
          new CallbackTurns(round, plan.open() ? Quiet.MAX : Quiet.CLOSED_LOOP_MAX);
      if (plan.warmup().isPositive()) {
        turns.warmUp(plan.warmup());
      }
      if (!plan.open()) {
        turns.counted("closed loop, counted", plan.length());
        report.check("all_notices_were_taken", round.sent(), round.taken());
        report.target(
            "callback_" + provider + "_per_second",
            Report.Sense.AT_LEAST,
            PROMISED_MOST,
            report.section("result").path("perSecond").asDouble(),
            Promised.first(
                hidden(plan, paying.customers().count(), paying.skus()), turns.left(report)));
        Ending.audit(bench, system, report);
        return report;
      }
      List<CallbackTurns.Pair> pairs = turns.pairs(plan.pairs(), plan.length());
      report.check("all_notices_were_taken", round.sent(), round.taken());
      round.struck().judge(report, "stalled");
      targets(
          report,
          plan,
          pairs,
          Promised.first(
              hidden(plan, paying.customers().count(), paying.skus()), turns.left(report)));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  private CallbackRequests requests(SystemUnderTest system, String secret) throws BenchFailure {
    String authority = system.api().getRawAuthority();
    return provider.equals("sandbox")
        ? new SandboxRequests(authority, secret)
        : ProviderRequests.of(authority, provider, system.database());
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
  void targets(Report report, Plan plan, List<CallbackTurns.Pair> pairs, String hidden) {
    List<Double> well = pairs.stream().map(CallbackTurns.Pair::well).toList();
    for (CallbackTurns.Pair pair : pairs) {
      report.list("pairs").addObject().put("a", pair.well()).put("b", pair.stalled());
    }
    double spread = Pairs.spread(well);
    report.figure("aaSpread", spread);
    if (!provider.equals("sandbox")) {
      report.target(
          "callback_" + provider + "_500_per_second_p99_ms",
          Report.Sense.BELOW,
          10,
          Pairs.middle(well),
          hidden);
      return;
    }
    report.target(
        "callback_500_per_second_stalled_p99_ms",
        Report.Sense.BELOW,
        20,
        Pairs.middle(pairs.stream().map(CallbackTurns.Pair::stalled).toList()),
        hidden);
    Pairs.within(
        report,
        "callback_stalled_to_well_p99",
        pairs.stream().map(pair -> pair.stalled() / pair.well()).toList(),
        spread,
        0,
        Promised.first(hidden, new Promised(defaults()).pairs(plan)));
  }
}
