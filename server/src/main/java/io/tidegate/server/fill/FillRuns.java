package io.tidegate.server.fill;

import io.tidegate.server.cli.Fills;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;

/** Fillings as the database remembers them. */
final class FillRuns {

  private static final String BROKEN_OFF =
      """
      select id, anchor from fill.run
      where seed = ? and orders = ? and months = ? and users = ? and unpaid = ?
        and settled = ? and finished_at is null
      order by id desc limit 1
      """;
  private static final String BEGIN =
      """
      insert into fill.run (seed, orders, months, users, unpaid, settled, anchor)
      values (?, ?, ?, ?, ?, ?, ?) returning id, anchor
      """;
  private static final String CHUNKS = "select chunk from fill.chunk where run = ?";
  private static final String FINISH =
      "update fill.run set finished_at = clock_timestamp() where id = ?";

  /**
   * A filling.
   *
   * @param chunks those that are there
   */
  record Run(long id, Instant anchor, BitSet chunks) {}

  private FillRuns() {}

  /**
   * The one with these wishes that was broken off, else a new one that looks back from now, to the
   * millisecond: deadlines that rest on it are looked up so.
   */
  static Run open(Connection connection, Fills.Wish wish, Instant now) throws SQLException {
    try (PreparedStatement old = wish(connection, BROKEN_OFF, wish);
        ResultSet row = old.executeQuery()) {
      if (row.next()) {
        return run(connection, row);
      }
    }
    try (PreparedStatement fresh = wish(connection, BEGIN, wish)) {
      fresh.setObject(
          7, OffsetDateTime.ofInstant(now.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC));
      try (ResultSet row = fresh.executeQuery()) {
        row.next();
        Run run = run(connection, row);
        connection.commit();
        return run;
      }
    }
  }

  private static Run run(Connection connection, ResultSet row) throws SQLException {
    BitSet chunks = new BitSet();
    try (PreparedStatement done = connection.prepareStatement(CHUNKS)) {
      done.setLong(1, row.getLong(1));
      try (ResultSet chunk = done.executeQuery()) {
        while (chunk.next()) {
          chunks.set(chunk.getInt(1));
        }
      }
    }
    return new Run(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant(), chunks);
  }

  static void finish(Connection connection, long run) throws SQLException {
    try (PreparedStatement finish = connection.prepareStatement(FINISH)) {
      finish.setLong(1, run);
      finish.executeUpdate();
    }
    connection.commit();
  }

  private static PreparedStatement wish(Connection connection, String sql, Fills.Wish wish)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setLong(1, wish.seed());
    statement.setLong(2, wish.orders());
    statement.setInt(3, wish.months());
    statement.setInt(4, wish.users());
    statement.setLong(5, wish.unpaid());
    statement.setBoolean(6, wish.settled());
    return statement;
  }
}
