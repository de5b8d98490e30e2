package io.tidegate.server.archive;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.Auditor;
import io.tidegate.server.cli.Fills;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import io.tidegate.server.fill.Filler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** A shop with half a year of orders behind it, all at their end, one of them of a flash sale. */
public final class FilledShop implements AutoCloseable {

  private static final Fills.Wish HALF_A_YEAR = new Fills.Wish(4_000, 6, 200, 7, 0, true);

  public final String url;
  final Database database;
  final Path archive;
  private final Connection duck;

  public FilledShop(Path folder) throws SQLException {
    this.url =
        TestPostgres.migratedDatabase(
            "half-a-year",
            made -> {
              Filler.run(settings(folder), made, HALF_A_YEAR, new Quiet());
              putOffDeadlines(made);
            });
    this.database = new Database(DatabaseSettings.of(url).withConnections(4, 8), Clock.system());
    this.archive = folder.resolve("archive");
    this.duck = DriverManager.getConnection("jdbc:duckdb:");
  }

  /** Nothing handles deadlines here, and a few of the youngest orders' fall within minutes. */
  private static void putOffDeadlines(String url) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          update ordering.order_due set due_at = due_at + interval '1 day';
          update ordering.orders set pay_before = pay_before + interval '1 day' where state = 1;
          update payment.attempt set ask_at = ask_at + interval '1 day';
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Settings settings(Path folder) {
    return Configuration.read(
            new Sources(
                folder,
                null,
                Map.of(),
                List.of("http.port=0", "console.password=secret-of-a-test"),
                Map.of()))
        .settings();
  }

  /** The oldest month that is whole. */
  public YearMonth oldest() {
    return YearMonth.from(database.now().atOffset(ZoneOffset.UTC)).minusMonths(5);
  }

  /** Nobody else reads this shop. */
  Retirement retirement() {
    return retirementAmongNodes().withoutNodes();
  }

  Retirement retirementAmongNodes() {
    return new Retirement(
        url,
        database,
        archive,
        () -> duck.unwrap(org.duckdb.DuckDBConnection.class).duplicate(),
        _ -> {});
  }

  Connection duck() throws SQLException {
    return duck.unwrap(org.duckdb.DuckDBConnection.class).duplicate();
  }

  public AuditReport audit(boolean full) {
    return Auditor.run(url, AuditOptions.of(full, AuditOptions.CONSUMERS), _ -> {});
  }

  public long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  public List<String> texts(String sql) {
    return database.read(Sql.of(sql), row -> row.getString(1));
  }

  public void run(String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Makes a completed order of the month one of a flash sale that is over, or still open. */
  long flashSale(YearMonth month, boolean open) {
    Month of = Month.of(month);
    long order =
        number(
            of.in(
                """
                select min(number) from ordering.orders where number >= :first and number < :next
                  and state = 6 and refunded_total = 0 and items::json->2 is null
                  and not exists (select from ordering.refunded_line r where r.order_number = number)
                """));
    run(
        """
        do $$
        declare
          o ordering.orders%%rowtype;
          sku text; pieces int; sale bigint; pool bigint;
        begin
          select * into o from ordering.orders where number = %1$d;
          sku := o.items::json->1->>0;
          pieces := (o.items::json->1->>2)::int;
          insert into flashsale.sale (version, title, mode, stage, currency, starts_at, ends_at,
              pay_window_seconds, challenge_bits, told, over_at)
            values (1, 'Sale', 'first_come', case when %2$s then 'warm' else 'ended' end, 'CNY',
              now() - interval '200 days',
              case when %2$s then now() + interval '1 day' else now() - interval '1 day' end,
              600, 0, '', case when %2$s then null else now() - interval '1 day' end)
            returning id into sale;
          insert into inventory.pool (sku, allocation, free, open)
            values (sku, 100, case when %2$s then 100 - pieces else 0 end, %2$s)
            returning id into pool;
          insert into flashsale.item (sale, position, sku, title, price, per_user, allocation, pool)
            values (sale, 1, sku, 'Piece', 1, 999, 100, pool);
          insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,
              state, version)
            values (o.number, sale, pool, sku, o.user_id, pieces, 0, 'paid', 2);
          update ordering.orders set items =
            (select json_build_array(2, (select json_agg(v order by n) from (
              select value as v, ordinality as n
                from json_array_elements(o.items::json->1) with ordinality
              union all select to_json(pool), 6) x)))
            where number = o.number;
          if %2$s then
            update inventory.stock s set locked = locked + 100 - pieces,
              available = available - (100 - pieces) where s.sku = o.items::json->1->>0;
          end if;
          insert into staff.act (actor, act, subject, detail)
            values ('test', 'sale.plan', 'sale ' || sale, '{}');
        end $$
        """
            .formatted(order, open));
    return order;
  }

  @Override
  public void close() throws SQLException {
    database.close();
    duck.close();
  }

  private static final class Quiet implements Fills.Audience {
    @Override
    public void says(String line) {}

    @Override
    public boolean goOn(Fills.Estimate estimate) {
      return true;
    }

    @Override
    public void filled(long orders, long of) {}

    @Override
    public boolean stopAsked() {
      return false;
    }
  }
}
