package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long after it happened another team hears of an order: one follower pulls {@code /v1/events},
 * one subscribes to the topic, while orders are placed at a rate.
 */
final class FeedBench implements Scenario {
  private static final double PROMISED_RATE = 2_000;
  private static final double PROMISED_LAG_SECONDS = 2;
  private static final Duration REST_MAX = Duration.ofSeconds(30);
  private static final Duration TOKEN_MAX = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "feed";
  }

  @Override
  public String purpose() {
    return "orders at --rate; how late a follower of /v1/events and a RocketMQ consumer hear of them";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(PROMISED_RATE).seconds(30, 20);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW);
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    return plan.open()
        ? Optional.empty()
        : Optional.of("the feed's lag is measured at a rate: --rate N");
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    Scenario.requireAble(this, plan);
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Placing placing = new Placing(bench, system);
      report.version(system);
      report.settings(plan, placing.skus(), placing.customers());
      Anchor.measure(meter.database(), report);
      String namesrv =
          system
              .endpoints()
              .rocketmq()
              .orElseThrow(() -> new BenchFailure("the system tells no broker; --data DIR does"));
      try (PullFollower pulls = PullFollower.start(system.api(), token(system));
          TopicFollower hears = TopicFollower.start(namesrv)) {
        placing.warmUp(meter);
        Instant since = Instant.now();
        pulls.heard().only(since);
        hears.heard().only(since);
        Meter.Begun begun = meter.begin();
        PlaceTraffic traffic = placing.traffic(plan.goods().skew());
        Tally tally = placing.load("measured", plan.length(), traffic);
        bench.say("waiting until both followers have heard of everything");
        long least = traffic.created();
        pulls.heard().await(least, REST_MAX);
        hears.heard().await(least, REST_MAX);
        Counted counted = begun.end();
        report.result(tally, traffic, "orders", traffic.created());
        report.counted(counted, traffic.created(), tally);
        report.created(counted.newOrders(), traffic);
        report.allServed(tally, traffic);
        String hidden = new Promised(defaults()).placing(plan, placing.customers(), placing.skus());
        lag(report, "pulled", pulls.heard(), traffic, hidden);
        lag(report, "subscribed", hears.heard(), traffic, hidden);
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /**
   * Judges how late a follower heard. Of what it never heard of it tells no lag at all.
   *
   * @param less what the run had less of than what is promised of; empty where of nothing
   */
  static void lag(Report report, String how, Heard heard, PlaceTraffic traffic, String less) {
    Histogram lag = heard.lagMicros();
    ObjectNode json = report.section("lag").withObject("/" + how);
    json.put("events", heard.events()).put("twice", heard.twice());
    ResultJson.latencies(json, lag);
    long most = traffic.created() + traffic.perhapsCreated();
    report.check(
        how + "_every_order_once",
        traffic.created() + " to " + most,
        Long.toString(heard.events()),
        heard.events() >= traffic.created() && heard.events() <= most);
    if (how.equals("pulled")) {
      report.check(how + "_nothing_twice", 0, heard.twice());
    }
    report.target(
        "feed_lag_seconds_max_" + how,
        Report.Sense.BELOW,
        PROMISED_LAG_SECONDS,
        lag.getMaxValue() / 1e6,
        Promised.first(unheard(heard.events(), traffic.created()), less));
  }

  private static String unheard(long heard, long placed) {
    if (heard == 0) {
      return "nothing was heard of";
    }
    return heard < placed ? "not every order was heard of" : "";
  }

  private static String token(SystemUnderTest system) throws BenchFailure, InterruptedException {
    String data =
        system
            .data()
            .orElseThrow(() -> new BenchFailure("a follower's token needs --data DIR"))
            .toString();
    return Launcher.find()
        .run(List.of("token", "--scope", "events", "--data", data), TOKEN_MAX)
        .strip();
  }
}
