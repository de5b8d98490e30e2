package io.tidegate.platform.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One transaction over sets that are too large for a lane, on a session of its own: statements run
 * at once and may take long, rows go in by COPY and come out as a stream.
 */
public final class Bulk {

  /** Rows that are held in memory of a result that is read as a stream. */
  private static final int FETCH_ROWS = 2_000;

  private final Connection connection;

  Bulk(Connection connection) {
    this.connection = connection;
  }

  /** Reads rows that are few. */
  public <R extends @Nullable Object> List<R> query(
      Sql sql, RowReader<R> reader, @Nullable Object... parameters) {
    return Transaction.select(connection, sql, reader, parameters);
  }

  /** Reads rows one after another, however many there are. */
  public <R extends @Nullable Object> void each(
      Sql sql, RowReader<R> reader, Consumer<R> consumer, @Nullable Object... parameters) {
    List<Array> arrays = new ArrayList<>(0);
    try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
      statement.setFetchSize(FETCH_ROWS);
      Transaction.bind(connection, statement, 1, parameters, arrays);
      try (ResultSet result = statement.executeQuery()) {
        Row row = new Row(result);
        while (result.next()) {
          consumer.accept(reader.read(row));
        }
      }
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    } finally {
      Transaction.free(arrays);
    }
  }

  /**
   * Changes rows, or makes a table that lasts as long as the transaction.
   *
   * @return how many rows were touched
   */
  public long run(Sql sql, @Nullable Object... parameters) {
    List<Array> arrays = new ArrayList<>(0);
    try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
      Transaction.bind(connection, statement, 1, parameters, arrays);
      return statement.executeLargeUpdate();
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    } finally {
      Transaction.free(arrays);
    }
  }

  /**
   * Puts rows into a table.
   *
   * @param sql {@code copy TABLE (COLUMNS) from stdin}
   * @param rows as {@link CopyText} writes them
   * @return how many they were
   */
  public long copy(Sql sql, InputStream rows) throws IOException {
    try {
      return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.text(), rows);
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    }
  }

  /**
   * Takes rows out, as a stream of text.
   *
   * @param sql {@code copy (QUERY) to stdout ...}
   * @return how many they were
   */
  public long copyOut(Sql sql, OutputStream rows) throws IOException {
    try {
      return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql.text(), rows);
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    }
  }
}
