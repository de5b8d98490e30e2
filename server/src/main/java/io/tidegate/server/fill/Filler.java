package io.tidegate.server.fill;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.server.DemoGoods;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.Fills;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Fills a database, chunk by chunk, several chunks at once. */
public final class Filler {

  private static final int WORKERS_MAX = 4;
  private static final int CONNECTIONS = 3;

  /** A number that was taken makes the chunk choose others. */
  private static final int ATTEMPTS_MAX = 5;

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private static final String SESSION =
      "set jit = off; set max_parallel_workers_per_gather = 0; set timezone = 'UTC';"
          + " set lock_timeout = '60s'";

  private final String jdbcUrl;
  private final Fills.Audience audience;
  private final Warehouses warehouses = Warehouses.demo();

  private Filler(String jdbcUrl, Fills.Audience audience) {
    this.jdbcUrl = jdbcUrl;
    this.audience = audience;
  }

  /**
   * Fills the database, or goes on with a filling of the same wishes that was broken off.
   *
   * @param jdbcUrl with user and password
   */
  public static Fills.Report run(
      Settings settings, String jdbcUrl, Fills.Wish wish, Fills.Audience audience) {
    Clock clock = Clock.system();
    try (Database database =
        new Database(
            DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), clock)) {
      clock.offsetFrom(database::now);
      String holder = "fill-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      try (NodeLease node = NodeLease.take(database, holder, OrderNumber.NODES)) {
        return new Filler(jdbcUrl, audience).run(settings, database, clock, node, wish);
      }
    } catch (SQLException e) {
      throw new Failure("the database did not take it: " + e.getMessage(), e);
    }
  }

  private Fills.Report run(
      Settings settings, Database database, Clock clock, NodeLease node, Fills.Wish wish)
      throws SQLException {
    long begun = System.nanoTime();
    Catalog catalog = goods(settings, database);
    EventLog log = new EventLog(database);
    try (Connection connection = connect()) {
      FillRuns.Run run = FillRuns.open(connection, wish, clock.instant());
      FillPlan plan =
          new FillPlan(
              wish,
              run.anchor(),
              settings.businessZone(),
              settings.orders().payWindow(),
              settings.orders().completeAfter());
      Instant from =
          run.anchor().atZone(settings.businessZone()).minusMonths(wish.months()).toInstant();
      Calendar calendar = new Calendar(from, run.anchor(), settings.businessZone());
      Months.prepare(database, log, calendar.begins(), run.anchor(), clock.instant());
      Stories stories =
          new Stories(
              plan,
              calendar,
              new Crowd(wish.users(), reachable()),
              new Baskets(sellable(catalog), wish.seed()),
              catalog,
              warehouses,
              node.number());
      Progress progress = new Progress(connection, plan, run, audience);
      PastEvents pastEvents = PastEvents.of(connection, AuditOptions.CONSUMERS);
      Work work = new Work(plan, run, stories, pastEvents, log, progress, node);
      boolean all = work.firstAlone() && work.sideBySide();
      if (all) {
        audience.says("settling: what is there is counted and made quick to read");
        pastEvents.settle(connection);
        tidy(connection);
        FillRuns.finish(connection, run.id());
      }
      return progress.report(Duration.ofNanos(System.nanoTime() - begun), all);
    }
  }

  private Catalog goods(Settings settings, Database database) {
    List<String> houses = warehouses.all().stream().map(Warehouse::id).toList();
    new DemoGoods(database, houses).load(settings.demo().skus(), _ -> {});
    Catalog catalog = new Catalog(new CatalogStore(database));
    catalog.refresh();
    return catalog;
  }

  private static List<String> sellable(Catalog catalog) {
    List<String> skus = new ArrayList<>();
    for (Catalog.Goods product : catalog.productsAfter(Long.MIN_VALUE)) {
      for (String sku : product.skus()) {
        Offer offer = catalog.offer(sku);
        if (offer != null
            && offer.active()
            && offer.price().amount() > 0
            && offer.price().currency().equals(Money.CNY)) {
          skus.add(sku);
        }
      }
    }
    if (skus.isEmpty()) {
      throw new Failure("there are no goods on sale to be ordered");
    }
    return skus;
  }

  /** Districts that a warehouse is near to. */
  private List<String> reachable() {
    return Regions.all().codes().stream().filter(this::isReachable).toList();
  }

  private boolean isReachable(String region) {
    try {
      return !warehouses.nearest(region).isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "tidegate-fill");
    Connection connection = new Driver().connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("no address of a PostgreSQL");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
    }
    connection.setAutoCommit(false);
    return connection;
  }

  /** What autovacuum would do in the middle of a measurement is done now. */
  private static void tidy(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "vacuum (analyze) db.idempotency, ordering.orders, ordering.order_due,"
              + " customer.consignee, payment.attempt, payment.capture, payment.ledger,"
              + " fulfilment.task, fulfilment.shipment, fulfilment.tracking, points.entry,"
              + " points.account, marketing.coupon, marketing.red_packet, notification.message,"
              + " inventory.stock, inventory.on_hand, messaging.log, messaging.receipt");
      checkpoint(statement);
    } finally {
      connection.setAutoCommit(false);
    }
  }

  /** So that the next stop and start are quick. Not every role may ask for it. */
  private static void checkpoint(Statement statement) throws SQLException {
    try {
      statement.execute("checkpoint");
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  /** The chunks of one filling, handed to workers. */
  private final class Work {
    private final FillPlan plan;
    private final FillRuns.Run run;
    private final Stories stories;
    private final PastEvents pastEvents;
    private final EventLog log;
    private final Progress progress;
    private final NodeLease node;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Work(
        FillPlan plan,
        FillRuns.Run run,
        Stories stories,
        PastEvents pastEvents,
        EventLog log,
        Progress progress,
        NodeLease node) {
      this.plan = plan;
      this.run = run;
      this.stories = stories;
      this.pastEvents = pastEvents;
      this.log = log;
      this.progress = progress;
      this.node = node;
    }

    /** Writes a first chunk, by which time and disk are told. Whether it shall go on. */
    boolean firstAlone() throws SQLException {
      int first = take();
      if (first < 0) {
        return true;
      }
      try (Connection connection = connect()) {
        write(connection, plan.chunk(first));
      }
      return progress.goOn(workers());
    }

    /** Writes the rest; false where it was asked to stop. */
    boolean sideBySide() {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < workers(); i++) {
        threads.add(Thread.ofPlatform().name("fill-" + i).start(this::work));
      }
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          failure.compareAndSet(null, e);
        }
      }
      Throwable cause = failure.get();
      if (cause != null) {
        throw new Failure(
            "it was broken off: "
                + cause.getMessage()
                + "; what is there is whole, and the same command goes on",
            cause);
      }
      return next.get() >= plan.chunks();
    }

    private int workers() {
      return Math.min(WORKERS_MAX, Runtime.getRuntime().availableProcessors());
    }

    private int take() {
      while (true) {
        int chunk = next.getAndIncrement();
        if (chunk >= plan.chunks()) {
          return -1;
        }
        if (!run.chunks().get(chunk)) {
          return chunk;
        }
      }
    }

    private void work() {
      try (Connection connection = connect()) {
        while (failure.get() == null && !audience.stopAsked()) {
          int chunk = take();
          if (chunk < 0) {
            return;
          }
          write(connection, plan.chunk(chunk));
        }
      } catch (SQLException | RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      }
    }

    private void write(Connection connection, FillPlan.Chunk chunk) throws SQLException {
      for (int attempt = 1; ; attempt++) {
        if (!node.isHeld()) {
          throw new SQLException("the node number was lost");
        }
        try {
          tryWrite(connection, chunk, attempt);
          progress.filled(chunk.orders());
          return;
        } catch (SQLException e) {
          if (!UNIQUE_VIOLATION.equals(e.getSQLState()) || attempt == ATTEMPTS_MAX) {
            throw e;
          }
        }
      }
    }

    private void tryWrite(Connection connection, FillPlan.Chunk chunk, int attempt)
        throws SQLException {
      var random = plan.random(chunk, attempt);
      ChunkRows rows = new ChunkRows(plan, warehouses, random.split());
      stories.of(chunk, random).forEach(story -> rows.add(story, chunk.waiting()));
      rows.end();
      log.partitions();
      try {
        new ChunkWriter(connection, pastEvents).write(run.id(), chunk.index(), plan.chunks(), rows);
      } catch (java.io.IOException e) {
        throw new SQLException(e.getMessage(), e);
      }
    }
  }
}
