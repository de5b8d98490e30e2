package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.server.audit.LakeRows;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeRepair;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lake for an audit of the command line: opened where its folder is here, and never mended. */
public final class AuditedLake implements LakeRows {

  private static final int CONNECTIONS = 1;

  /** Files may be put together while they are read: then the new ones are read. */
  private static final int TRIES_MAX = 3;

  /** Events are those of the log: what was imported has no position. */
  private static final String OF_RANGE =
      "position is not null and number >= %d and number < %d group by number";

  private static final String ORDERS =
      """
      select o.number, o.state, o.version, o.currency, o.items_total, o.discount_total, o.freight,
        o.total, o.refunded, o.placed, o.paid, coalesce(p.amount, 0), coalesce(l.total, 0),
        coalesce(r.back, 0)
      from (
        select number, arg_max(state, position) as state, max(version) as version,
          any_value(currency) as currency,
          coalesce(max(items_total) filter (type = 'placed'), 0) as items_total,
          coalesce(max(discount_total) filter (type = 'placed'), 0) as discount_total,
          coalesce(max(freight) filter (type = 'placed'), 0) as freight,
          coalesce(max(total) filter (type = 'placed'), 0) as total,
          coalesce(sum(case when type in ('refunded', 'partially_refunded') then amount
            when type = 'refund_reversed' then -amount end), 0) as refunded,
          count(*) filter (type = 'placed') as placed, count(*) filter (type = 'paid') as paid
        from orders where %1$s) o
      left join (
        select number, sum(amount) as amount from payments where type = 'paid' and %1$s) p
        on p.number = o.number
      left join (
        select number, sum(total) as total from lines where type = 'placed' and %1$s) l
        on l.number = o.number
      left join (
        select number, sum(case type when 'succeeded' then amount when 'reversed' then -amount end)
          as back
        from refunds where type in ('succeeded', 'reversed') and %1$s) r on r.number = o.number
      """;

  private static final String SUMS =
      """
      select 'state', state || ' ' || currency, count(*), sum(total)::bigint from (
        select number, arg_max(state, position) as state, any_value(currency) as currency,
          max(total) filter (type = 'placed') as total
        from orders where %1$s) o
      group by 2
      union all
      select 'back', provider || ' ' || currency, count(*), sum(amount)::bigint from (
        select refund, provider, currency,
          sum(case type when 'succeeded' then amount else -amount end) as amount
        from refunds
        where type in ('succeeded', 'reversed') and position is not null
          and number >= %2$d and number < %3$d
        group by all) r
      where amount <> 0 group by 2
      """;

  private final Settings settings;
  private final String jdbcUrl;
  private @Nullable Database database;
  private @Nullable LakeGround ground;

  private AuditedLake(Settings settings, String jdbcUrl) {
    this.settings = settings;
    this.jdbcUrl = jdbcUrl;
  }

  /** The lake of this configuration; it is opened when it is first asked whether it is there. */
  public static AuditedLake of(Settings settings, String jdbcUrl) {
    return new AuditedLake(settings, jdbcUrl);
  }

  @Override
  public Optional<String> absence() {
    Database own =
        new Database(
            DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), Clock.system());
    database = own;
    LakeSettings folder =
        LakeSettings.of(
                settings.lake().folder(),
                settings.data().resolve("duckdb-audit"),
                settings.businessZone())
            .withEngine(settings.reports().memoryBytes(), settings.reports().threads());
    return switch (LakeHome.look(own, folder)) {
      case HERE -> {
        ground = LakeGround.of(own, new EventLog(own), Lake.open(folder));
        yield Optional.empty();
      }
      case ELSEWHERE -> Optional.of("lake_elsewhere");
      case NOWHERE -> Optional.of("lake_none");
    };
  }

  private LakeGround ground() {
    LakeGround own = ground;
    if (own == null) {
      throw new IllegalStateException("the lake is not here");
    }
    return own;
  }

  @Override
  public Set<String> hears() {
    return LakeWriter.TYPES;
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    ground()
        .files()
        .lost()
        .forEach(file ->
            faults.add(new Fault(file.path(), file.rows() + " rows", "lost for good", false)));
    new LakeRepair(ground(), null)
        .broken(false)
        .forEach(broken ->
            faults.add(
                new Fault(
                    broken.file().path(),
                    broken.file().bytes() + " bytes",
                    word(broken.fault()),
                    true)));
    return faults;
  }

  private static String word(LakeRepair.Fault fault) {
    return switch (fault) {
      case MISSING -> "missing";
      case SIZE -> "another size";
      case CHECKSUM -> "other bytes";
      case UNREADABLE -> "can't be read";
    };
  }

  @Override
  public Map<Long, LakeOrder> orders(long first, long next) throws SQLException {
    String sql = ORDERS.formatted(OF_RANGE.formatted(first, next));
    return read(
        sql,
        result -> {
          Map<Long, LakeOrder> orders = new HashMap<>();
          while (result.next()) {
            orders.put(result.getLong(1), order(result));
          }
          return orders;
        });
  }

  private static LakeOrder order(ResultSet row) throws SQLException {
    return new LakeOrder(
        row.getString(2),
        row.getInt(3),
        String.valueOf(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getInt(10),
        row.getInt(11),
        row.getLong(12),
        row.getLong(13),
        row.getLong(14));
  }

  @Override
  public List<Sum> sums(long first, long next) throws SQLException {
    String sql = SUMS.formatted(OF_RANGE.formatted(first, next), first, next);
    return read(
        sql,
        result -> {
          List<Sum> sums = new ArrayList<>();
          while (result.next()) {
            sums.add(
                new Sum(
                    result.getString(1),
                    result.getString(2),
                    result.getLong(3),
                    result.getLong(4)));
          }
          return sums;
        });
  }

  /** Takes a question's rows. */
  @FunctionalInterface
  private interface Taking<R> {
    R of(ResultSet result) throws SQLException;
  }

  private <R> R read(String sql, Taking<R> taking) throws SQLException {
    for (int tries = 1; ; tries++) {
      try (Connection connection = ground().lake().connect()) {
        ground().views().refresh(connection);
        try (Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery(sql)) {
          return taking.of(result);
        }
      } catch (SQLException e) {
        if (tries >= TRIES_MAX) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    LakeGround opened = ground;
    if (opened != null) {
      opened.lake().close();
    }
    Database own = database;
    if (own != null) {
      own.close();
    }
  }
}
