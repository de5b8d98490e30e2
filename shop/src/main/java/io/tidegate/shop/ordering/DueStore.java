package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Deadlines of orders: one row for each batch and due time, looked up when it has come. */
final class DueStore {

  /** What is due. Codes are stored. */
  enum Kind {
    PAY(1),
    COMPLETE(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Kind of(int code) {
      return values()[code - 1];
    }
  }

  /** A row: these orders are due. */
  record Due(Instant dueAt, long id, Kind kind, List<Long> numbers) {}

  static final Sql INSERT =
      Sql.of("insert into ordering.order_due (due_at, kind, numbers) values (?, ?, ?)");
  // The time is a sub-select: so it is read once, and the index ends at it (what waits is free).
  static final Sql TAKE =
      Sql.of(
          """
          select d.due_at, d.id, d.kind, d.numbers from ordering.order_due d
          where d.due_at <= (select clock_timestamp())
          order by d.due_at, d.id limit ? for update skip locked
          """);
  static final Sql DELETE =
      Sql.of(
          """
          delete from ordering.order_due d
          using unnest(?::bigint[], ?::bigint[]) as x(due_at, id)
          where d.due_at = db.at(x.due_at) and d.id = x.id
          returning 1
          """);
  static final Sql EARLIEST =
      Sql.of("select d.due_at from ordering.order_due d order by d.due_at limit 1");

  private final Database database;

  DueStore(Database database) {
    this.database = database;
  }

  static void add(Tx tx, Instant dueAt, Kind kind, long[] numbers) {
    long[] sorted = numbers.clone();
    Arrays.sort(sorted);
    tx.write(INSERT, dueAt.truncatedTo(ChronoUnit.MILLIS), kind.code(), sorted);
  }

  /** Locks rows whose time has come; those that another node holds are passed over. */
  static List<Due> take(Tx tx, int most) {
    return tx.lock(
        LockRank.DUE,
        TAKE,
        row ->
            new Due(
                row.getInstant(1),
                row.getLong(2),
                Kind.of(row.getInt(3)),
                Arrays.stream(row.getLongs(4)).boxed().toList()),
        most);
  }

  static void delete(Tx tx, List<Due> rows) {
    tx.writeExpecting(
        rows.size(),
        DELETE,
        rows.stream().mapToLong(row -> row.dueAt().toEpochMilli() * 1_000).toArray(),
        rows.stream().mapToLong(Due::id).toArray());
  }

  Optional<Instant> earliest() {
    return database.read(EARLIEST, row -> row.getInstant(1)).stream().findFirst();
  }
}
