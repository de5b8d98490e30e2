package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.OrderNumberStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Numbers of ours for orders of another shop: made from the time and the customer's bucket, as all
 * are, from the last node's sequences downwards, so that they meet no other. An order that has one
 * keeps it.
 */
final class ImportNumberStore {

  /** Orders of one millisecond and bucket: all sequences of all nodes. */
  static final int SLOTS = OrderNumber.NODES * OrderNumber.SEQUENCES;

  private static final int CHUNK = 10_000;
  private static final Sql KNOWN =
      Sql.of("select external from reporting.imported where external = any(?::text[])");

  /** What is taken already of the moments that are asked for. */
  private static final Sql TAKEN =
      Sql.of(
          """
          select i.number from unnest(?::bigint[]) p
          join reporting.imported i on i.number >= p and i.number < p + 4096
          """);

  private static final Sql ADD =
      Sql.of(
          """
          insert into reporting.imported (external, number)
          select * from unnest(?::text[], ?::bigint[])
          """);

  private final Database database;
  private final Connection duck;

  ImportNumberStore(Database database, Connection duck) {
    this.database = database;
    this.duck = duck;
  }

  /** Finds what was taken before, and gives numbers to the others: table {@code numbered}. */
  void give() throws SQLException {
    execute("create or replace table known (number varchar primary key)");
    List<String> chunk = new ArrayList<>();
    try (Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery("select number from good");
        DuckDBAppender known = appender("known")) {
      while (result.next()) {
        chunk.add(result.getString(1));
        if (chunk.size() == CHUNK) {
          known(chunk, known);
        }
      }
      known(chunk, known);
    }
    execute(
        "create or replace table fresh as select g.*, ((created_ms - "
            + OrderNumber.EPOCH.toEpochMilli()
            + ") * 1024 + user_id % 1024) * 4096 as base from good g"
            + " where not exists (select 1 from known k where k.number = g.number)");
    taken();
    // A number's last twelve bits are slot 4095 - n: nodes are leased from 0 on.
    execute(
        """
        create or replace table numbered as
        select f.number, f.user_id, f.created_ms, f.row, f.base + 4095 - f.slot as own, f.slot
        from (
          select f.*, coalesce(t.next, 0)
            + row_number() over (partition by f.base order by f.number) - 1 as slot
          from fresh f left join (
            select base, max(4095 - (own - base)) filter (where imported) + 1 as next from taken
            group by base) t on t.base = f.base) f
        """);
    execute(
        """
        insert into bad
        select t.file, t.line, 'created_at', 'is a moment that is full of orders'
        from numbered n join typed t on t.rowid = n.row
        where n.slot >= 4096 or exists (select 1 from taken x where x.own = n.own)
        """);
    execute("delete from numbered where slot >= 4096 or own in (select own from taken)");
  }

  private void known(List<String> chunk, DuckDBAppender known) throws SQLException {
    for (String external :
        database.read(KNOWN, row -> row.getString(1), (Object) chunk.toArray(String[]::new))) {
      known.beginRow().append(external).endRow();
    }
    chunk.clear();
  }

  private void taken() throws SQLException {
    execute("create or replace table taken (base bigint, own bigint, imported boolean)");
    long[] bases = new long[CHUNK];
    int count = 0;
    try (Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery("select distinct base from fresh");
        DuckDBAppender taken = appender("taken")) {
      while (result.next()) {
        bases[count++] = result.getLong(1);
        if (count == CHUNK) {
          taken(bases, taken);
          count = 0;
        }
      }
      taken(Arrays.copyOf(bases, count), taken);
    }
  }

  private void taken(long[] bases, DuckDBAppender taken) throws SQLException {
    append(taken, database.read(TAKEN, row -> row.getLong(1), (Object) bases), true);
    append(taken, new OrderNumberStore(database).taken(bases), false);
  }

  private static void append(DuckDBAppender taken, List<Long> numbers, boolean imported)
      throws SQLException {
    for (long number : numbers) {
      taken.beginRow().append(number / SLOTS * SLOTS).append(number).append(imported).endRow();
    }
  }

  /** Says in a transaction which numbers orders have from now on. */
  static void add(Tx tx, List<String> externals, long[] numbers) {
    for (int from = 0; from < numbers.length; from += CHUNK) {
      int to = Math.min(numbers.length, from + CHUNK);
      tx.write(
          ADD,
          externals.subList(from, to).toArray(String[]::new),
          Arrays.copyOfRange(numbers, from, to));
    }
  }

  private DuckDBAppender appender(String table) throws SQLException {
    return duck.unwrap(DuckDBConnection.class).createAppender(table);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }
}
