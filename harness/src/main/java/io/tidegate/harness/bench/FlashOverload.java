package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A sale with more than enough in it, whose lane is capped: at its peak, then ten times offered.
 */
final class FlashOverload {
  private static final int CAP = 500;

  /** So that every answer that is waited for has a connection, and the offer stays one. */
  private static final int CONNECTIONS = 4_096;

  private static final int PER_USER = 999;

  private static final Set<String> OVERLOADED = Set.of(Answers.RATE_LIMITED);

  private static final long PIECES_MAX = 1_000_000;

  private FlashOverload() {}

  /** Why the capped sale would be over before its last load is; empty where it would not. */
  static Optional<String> refusal(Plan plan) {
    long sold = (plan.warmup().toSeconds() + 2 * plan.length().toSeconds()) * CAP * 11 / 10;
    if (sold > PIECES_MAX) {
      return Optional.of(
          "flash would sell %d of its capped sale's %d pieces: fewer --seconds, or --no-beside"
              .formatted(sold, PIECES_MAX));
    }
    long allowed = (long) PER_USER * plan.users();
    return sold > allowed
        ? Optional.of(
            "flash would sell %d pieces, and --users %d may buy %d: more, or --no-beside"
                .formatted(sold, plan.users(), allowed))
        : Optional.empty();
  }

  /** What one load came to; goodput is the orders that were placed while it was offered. */
  private record Ran(Tally tally, FlashTraffic traffic, double perSecond) {}

  /** On a system of its own. */
  static void measure(Bench bench, Report report)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system("flash.per-second-max=" + CAP);
        Meter meter = new Meter(system);
        SaleStand stand = new SaleStand(bench, system, List.of(system.api()), report)) {
      List<URI> node = List.of(system.api());
      long enough =
          4L * CAP * Overload.TIMES * (plan.length().toSeconds() + plan.warmup().toSeconds());
      SaleStand.Sale sale = stand.open(new SaleStand.Offer(Math.min(enough, PIECES_MAX), PER_USER));
      Capped capped = new Capped(bench, node, system.database(), stand, sale);
      if (plan.warmup().isPositive()) {
        capped.run("a capped sale, warm-up", CAP, plan.warmup());
      }
      Ran peak = capped.run("the cap's own peak", CAP * 1.1, plan.length());
      Ran over = capped.run("ten times that", (double) CAP * Overload.TIMES, plan.length());
      double offered = over.tally().sentInTime() * 1e9 / plan.length().toNanos();
      Overload overload =
          new Overload(
              CAP,
              plan.length().toNanos() / 1e9,
              peak.perSecond(),
              over.perSecond(),
              over.traffic().all().shed(),
              ResultJson.p99(over.tally().kind(FlashTraffic.ORDER).other()),
              offered / CAP);
      report
          .section("overload")
          .put("cap", CAP)
          .put("offeredPerSecond", Report.rounded(offered))
          .put("offeredTimesTheCap", Report.rounded(overload.offered()))
          .put("cappedPeakPerSecond", Report.rounded(overload.capped()))
          .put("goodputPerSecond", Report.rounded(overload.good()))
          .put("ratio", Report.rounded(overload.ratio()))
          .put("refused", overload.shed())
          .put("notSent", over.tally().notSent())
          .put("tickets", over.traffic().tickets().size())
          .put("refusalP99Ms", overload.refusalP99());
      // There is more than enough of it for everybody: sold out or at a limit is not overloaded.
      report.refusedFairly("flash_peak_", List.of(peak.tally()), peak.traffic().all(), OVERLOADED);
      report.refusedFairly(
          "flash_overload_", List.of(over.tally()), over.traffic().all(), OVERLOADED);
      overload.judge(
          report,
          "flash",
          "flash_goodput_to_peak",
          "flash_refusal_p99_ms",
          FlashBench.hidden(plan, stand.customers().count()));
      stand.stop(sale);
      SaleRows rows = SaleRows.of(meter.database(), sale.id());
      report.check("capped_sale_grants_what_it_orders", rows.pieces(), rows.granted());
      meter.drain();
      Ending.audit(bench, system, report);
    }
  }

  /** A capped sale, and who asks for it. */
  private record Capped(
      Bench bench, List<URI> node, String database, SaleStand stand, SaleStand.Sale sale) {

    Ran run(String phase, double perSecond, Duration length)
        throws BenchFailure, IOException, InterruptedException {
      FlashTraffic traffic = stand.traffic(sale, CONNECTIONS);
      double seconds = length.toNanos() / 1e9;
      long before = granted(database, sale);
      FutureTask<Long> then =
          new FutureTask<>(() -> atEnd(length, traffic, () -> granted(database, sale)));
      Thread.ofVirtual().name("goodput").start(then);
      Tally tally;
      long placed;
      try {
        tally = bench.load(phase, node, CONNECTIONS, new Load.AtRate(perSecond), length, traffic);
        placed = then.get() - before;
      } catch (ExecutionException e) {
        throw new BenchFailure("the orders of a sale can't be counted: " + e.getCause(), e);
      } finally {
        then.cancel(true); // A load that can't connect never begins.
      }
      stand.settle(traffic);
      return new Ran(tally, traffic, placed / seconds);
    }
  }

  /**
   * Looks when the offer ends: what waits in line then is written later. The offer begins with the
   * first customer, not while thousands of connections are made before.
   */
  static <T> T atEnd(Duration length, FlashTraffic traffic, Callable<T> look) throws Exception {
    traffic.awaitBegin();
    Thread.sleep(length);
    return look.call();
  }

  private static long granted(String database, SaleStand.Sale sale) throws BenchFailure {
    return SaleRows.number(
        database, "select count(*) from flashsale.grant where sale = " + Long.parseLong(sale.id()));
  }
}
