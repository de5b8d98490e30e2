package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A report of a load that was really put on something, with counters that were made up. */
final class SampleReport {
  static final long STATEMENTS = 70_000;
  static final long EVENTS = 120;

  private SampleReport() {}

  static Report of(FakeShop shop, long newOrders, String fsync) throws IOException {
    return of(shop, newOrders, fsync, Optional.of(0L));
  }

  /** The same with so many deadlocks before and after. */
  static Report of(FakeShop shop, long newOrders, String fsync, Optional<Long> deadlocks)
      throws IOException {
    PlaceTraffic traffic = traffic();
    Tally tally = load(shop, traffic);
    Report report = new Report("place", Instant.EPOCH);
    report.settings(plan(), 2, 1);
    report.result(tally, traffic, "orders", traffic.created());
    Counted counted = counted(newOrders, fsync, deadlocks);
    report.counted(counted, traffic.created(), tally);
    report.created(counted.newOrders(), traffic);
    return report;
  }

  static PlaceTraffic traffic() {
    return new PlaceTraffic(
        new Customers("x", List.of("T")),
        new Basket(List.of("A", "B"), 1, Skew.UNIFORM, new SplittableRandom(1)),
        new Keys("sample"),
        new SplittableRandom(2));
  }

  /** A hundred orders. */
  static Tally load(FakeShop shop, PlaceTraffic traffic) throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(shop.address()),
            2,
            new Load.UpTo(100),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10)),
        traffic,
        _ -> {});
  }

  static Plan plan() {
    return new Plan(
        new Load.AsAnswered(),
        2,
        Duration.ofSeconds(1),
        Duration.ZERO,
        new Plan.Goods(2, 1, Skew.UNIFORM),
        1,
        0,
        1,
        false,
        false,
        new Plan.Flash(1, 1, 1, 0));
  }

  private static Counted counted(long newOrders, String fsync, Optional<Long> deadlocks) {
    return new Counted(
        at(5, 0, 0, 1_000, 7),
        at(5 + newOrders, STATEMENTS, 250_000, 9_000, 7 + EVENTS),
        statistics(0, deadlocks),
        statistics(40, deadlocks),
        Optional.of(EVENTS),
        Optional.of(3L),
        Optional.of(Duration.ofMillis(250)),
        new Durability(
            Optional.of(fsync), Optional.of("on"), Optional.of("on"), Optional.of("ext4")));
  }

  private static Counted.At at(long orders, long statements, long wal, long micros, long sent) {
    return new Counted.At(
        new DatabaseFigures.Counters(
            Optional.of(orders), Optional.of(7L), Optional.of(wal), Optional.of(statements)),
        Map.of("server", micros, "database", 2 * micros),
        Optional.of(3 * micros),
        Optional.of(sent),
        Optional.of(4 * sent),
        Optional.of(2 * sent));
  }

  private static DatabaseFigures.Statistics statistics(long n, Optional<Long> deadlocks) {
    return new DatabaseFigures.Statistics(
        Optional.of(n), Optional.of(n), deadlocks, Optional.of(n), Optional.of(n / 2));
  }
}
