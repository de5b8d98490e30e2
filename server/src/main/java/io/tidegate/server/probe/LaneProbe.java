package io.tidegate.server.probe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.LaneSettings;
import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.LaneProbes;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.payment.PaymentStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The lane that places orders, fed in this process: the same handler, tables and events as in the
 * program, on a node number of its own.
 *
 * <p>The naive path is the same with batches of one command and as many workers as sessions: a
 * transaction for each request.
 */
public final class LaneProbe {
  private static final int READ_CONNECTIONS = 4;

  /** Sessions beside the lane's workers: the node's lease, and one to spare. */
  private static final int OTHER_WRITERS = 2;

  private LaneProbe() {}

  /** Feeds the lane and says what came of it. */
  public static LaneProbes.Report feed(
      Settings settings, String jdbcUrl, LaneProbes.Plan plan, Consumer<String> progress) {
    Clock clock = Clock.system();
    OrderService.Settings orders =
        new OrderService.Settings(
            settings.orders().payWindow(),
            settings.orders().completeAfter(),
            settings.orders().lanePerSecondMax());
    LaneSettings lane = lane(plan.naivePool()).withPerSecondMax(orders.perSecondMax());
    DatabaseSettings sessions =
        DatabaseSettings.of(jdbcUrl)
            .withConnections(lane.workers() + OTHER_WRITERS, READ_CONNECTIONS);
    try (Database database = new Database(sessions, clock)) {
      clock.offsetFrom(database::now);
      String holder =
          "lane-probe-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      try (NodeLease node = NodeLease.take(database, holder, OrderNumber.NODES)) {
        return feed(database, clock, node, orders, lane, plan, progress);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private static LaneSettings lane(OptionalInt naivePool) {
    LaneSettings usual = LaneSettings.of(OrderService.PLACE);
    return naivePool.isEmpty()
        ? usual
        : new LaneSettings(
            usual.name(),
            naivePool.getAsInt(),
            usual.queueMax(),
            1,
            usual.batchBytesMax(),
            Duration.ZERO,
            0,
            usual.attemptsMax(),
            0);
  }

  private static LaneProbes.Report feed(
      Database database,
      Clock clock,
      NodeLease node,
      OrderService.Settings settings,
      LaneSettings lane,
      LaneProbes.Plan plan,
      Consumer<String> progress)
      throws InterruptedException {
    TariffBook tariffs = TariffBook.of(database);
    List<String> skus = PlaceWishes.skus(tariffs.catalog(), plan.orders().skus());
    if (skus.size() < plan.orders().lines()) {
      throw new Failure("the system sells fewer SKUs than an order has lines");
    }
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (OrderService orders =
        new OrderService(
            new OrderService.Ground(
                database,
                new EventLog(database),
                () -> {},
                tariffs,
                new ConsigneeStore(database),
                new PaymentStore(database),
                Map.of(),
                new OrderNumbers(clock, node.number(), node::isHeld),
                () -> TraceContext.fresh().traceparent(),
                meters),
            settings,
            lane)) {
      PlacedRows rows = new PlacedRows(database, orders, node.number());
      Callers callers =
          new Callers(orders, new PlaceWishes(orders, skus, plan.orders()), plan.callers());
      Instant startedAt = clock.instant();
      progress.accept("warm-up, " + plan.warmup().toSeconds() + " s");
      Callers.Tally warm = callers.orderFor(plan.warmup());
      Batches batchesBefore = Batches.of(meters, lane.name());
      OptionalLong statementsBefore = rows.statements();
      progress.accept("measured, " + plan.length().toSeconds() + " s");
      Callers.Tally tally = callers.orderFor(plan.length());
      OptionalLong statementsAfter = rows.statements();
      return new ProbeReport(
              startedAt,
              plan,
              lane,
              skus.size(),
              tally,
              Batches.of(meters, lane.name()).since(batchesBefore),
              statementsBefore.isEmpty() || statementsAfter.isEmpty()
                  ? OptionalLong.empty()
                  : OptionalLong.of(statementsAfter.getAsLong() - statementsBefore.getAsLong()),
              warm.placed() + tally.placed(),
              rows.orders(),
              rows.events())
          .told();
    }
  }

  /** How many batches the lane has run, with how many commands and how many of them thrown back. */
  record Batches(long count, double commands, double thrownBack) {
    static Batches of(PrometheusMeterRegistry meters, String lane) {
      DistributionSummary sizes =
          meters.get("tidegate.lane.batch.commands").tag("lane", lane).summary();
      return new Batches(
          sizes.count(),
          sizes.totalAmount(),
          meters.get("tidegate.lane.thrown.back").tag("lane", lane).counter().count());
    }

    Batches since(Batches before) {
      return new Batches(
          count - before.count, commands - before.commands, thrownBack - before.thrownBack);
    }

    double mean() {
      return count == 0 ? 0 : commands / count;
    }
  }
}
