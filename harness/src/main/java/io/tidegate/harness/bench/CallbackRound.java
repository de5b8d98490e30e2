package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Loads of callbacks on one system, with the orders that they pay. */
final class CallbackRound implements CallbackTurns.Steps {
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final Bench bench;
  private final Paying paying;
  private final CallbackBench scenario;
  private final CallbackRequests requests;
  private final Meter meter;
  private final Faults faults;
  private final Report report;
  private final Struck struck = new Struck(Faults.DOWNSTREAM);
  private List<Unpaid> prepared = List.of();
  private long sent;
  private long taken;

  /**
   * @param report is told of the load that is counted
   */
  CallbackRound(
      Bench bench,
      Paying paying,
      CallbackBench scenario,
      CallbackRequests requests,
      Meter meter,
      Faults faults,
      Report report) {
    this.bench = bench;
    this.paying = paying;
    this.scenario = scenario;
    this.requests = requests;
    this.meter = meter;
    this.faults = faults;
    this.report = report;
  }

  /** Those that were due in all loads, sent or not: what is refused is answered fast. */
  long sent() {
    return sent;
  }

  /** Those of them that were answered with success. */
  long taken() {
    return taken;
  }

  /** What the faults of all turns have met. */
  Struck struck() {
    return struck;
  }

  @Override
  public Optional<Long> open() {
    return Quiet.Kind.DOWNSTREAM.open(meter.database());
  }

  @Override
  public boolean drain() throws InterruptedException {
    return meter.drain().isPresent();
  }

  @Override
  public void prepare(Duration length) throws IOException, BenchFailure {
    prepared =
        paying.unpaid(CallbackBench.callbacks(bench.plan(), length), true, scenario.provider());
  }

  /** All rest before they begin, as the one must whose statistics are read. */
  @Override
  public double load(String phase, Duration length, boolean counted)
      throws IOException, BenchFailure, InterruptedException {
    CallbackTraffic traffic = paying.signed(requests, prepared);
    Meter.Begun begun = meter.begin();
    PaidRows rows = PaidRows.from(meter.database());
    Plan plan = bench.plan();
    Load.Pace pace = plan.open() ? plan.pace() : new Load.UpTo(traffic.count());
    Tally tally = bench.load(phase, paying.api(), pace, length, traffic);
    sent += tally.sent() + tally.notSent();
    taken += traffic.taken();
    if (counted) {
      count(tally, traffic, begun, rows);
    }
    return ResultJson.p99(tally.latencyMicros());
  }

  private void count(Tally tally, CallbackTraffic traffic, Meter.Begun begun, PaidRows rows)
      throws InterruptedException {
    rows.await(traffic.taken());
    Counted counted = begun.end();
    report.result(tally, traffic, "callbacks", traffic.taken());
    report.counted(counted, traffic.taken(), tally);
    report.created(counted.newOrders(), traffic);
    rows.verify(
        report,
        traffic.taken(),
        traffic.taken() + traffic.perhapsTaken(),
        bench.plan().goods().lines());
  }

  @Override
  public void forget() {
    sent = 0;
    taken = 0;
  }

  @Override
  public void stall() throws IOException, BenchFailure, InterruptedException {
    faults.stallDownstream();
    Thread.sleep(SETTLE);
  }

  @Override
  public void heal() throws IOException, BenchFailure, InterruptedException {
    struck.add(faults.struck());
    faults.healDownstream();
    Thread.sleep(SETTLE);
  }

  @Override
  public void say(String what) {
    bench.say(what);
  }
}
