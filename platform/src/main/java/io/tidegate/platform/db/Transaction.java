package io.tidegate.platform.db;

import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** One transaction on one session. */
final class Transaction implements Tx {

  private static final Sql CLOCK = Sql.of("select clock_timestamp()");

  /**
   * A question's snapshot lives until its portal is replaced, also when all its rows are read. This
   * sets what nobody reads: such a statement replaces the portal and takes no snapshot.
   */
  private static final String REST = "set local tidegate.rest = 'on'";

  private static final String MARK = "insert into db.commit_mark (id) values (?)";

  private record Write(String text, @Nullable Object[] parameters) {}

  private final Connection connection;
  private final InstantSource clock;
  private final Span span;
  private final List<Write> writes = new ArrayList<>();
  private @Nullable Rank rank;
  private @Nullable Instant now;

  /** The time that was read with the last round trip: what is asked after it may wait for locks. */
  private @Nullable Instant read;

  private boolean loaded;

  Transaction(Connection connection, InstantSource clock, Span span) {
    this.connection = connection;
    this.clock = clock;
    this.span = span;
  }

  /** The span of a statement. Its text holds no value: those are parameters. */
  static Span query(Span parent, String sql) {
    Span query = parent.child(Kind.CLIENT, "query");
    if (query.isTold()) {
      query.with("db.system.name", "postgresql").with("db.query.text", sql);
    }
    return query;
  }

  @Override
  public void rank(Rank next) {
    if (!writes.isEmpty()) {
      throw new IllegalStateException("rank " + next.name() + " is asked for after a write");
    }
    Rank before = rank;
    if (before != null && next.level() < before.level()) {
      throw new IllegalStateException(
          "rank " + next.name() + " is asked for after " + before.name());
    }
    rank = next;
  }

  @Override
  public <R extends @Nullable Object> List<R> query(
      Sql sql, RowReader<R> reader, @Nullable Object... parameters) {
    loaded = true;
    read = null;
    return traced(sql.text(), () -> select(connection, sql, reader, parameters));
  }

  private <R> R traced(String text, Supplier<R> trip) {
    Span query = query(span, text);
    try {
      return trip.get();
    } catch (RuntimeException e) {
      query.failed(e.getClass().getSimpleName());
      throw e;
    } finally {
      query.end();
    }
  }

  @Override
  public <R extends @Nullable Object> List<R> lock(
      Rank next, Sql sql, RowReader<R> reader, @Nullable Object... parameters) {
    rank(next);
    return query(sql, reader, parameters);
  }

  @Override
  public void ask(Questions questions) {
    List<Questions.Answer<?>> all = new ArrayList<>(questions.answers());
    for (Questions.Answer<?> answer : all) {
      Rank next = answer.rank();
      if (next != null) {
        rank(next);
      }
    }
    loaded = true;
    // Ours and not theirs: who has his work done again asks the same ones again.
    Questions.Answer<Instant> time =
        new Questions.Answer<>(Question.of(CLOCK, row -> row.getInstant(1), List::getFirst), null);
    all.add(time);
    String text = Questions.text(all);
    read =
        traced(
            text,
            () -> {
              select(connection, text, all);
              return time.get();
            });
  }

  @Override
  public void rest() {
    try (PreparedStatement statement = connection.prepareStatement(REST)) {
      statement.execute();
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    }
  }

  @Override
  public void write(Sql sql, @Nullable Object... parameters) {
    writes.add(new Write(sql.text(), parameters));
  }

  @Override
  public void writeExpecting(long rows, Sql sql, @Nullable Object... parameters) {
    @Nullable Object[] all = new Object[parameters.length + 1];
    System.arraycopy(parameters, 0, all, 0, parameters.length);
    all[parameters.length] = rows;
    writes.add(
        new Write(
            "with touched as ("
                + sql.text()
                + ") select db.expect((select count(*) from touched), ?)",
            all));
  }

  @Override
  public Instant now() {
    Instant known = now;
    if (known == null) {
      known = read;
      if (known == null) {
        known = loaded ? query(CLOCK, row -> row.getInstant(1)).getFirst() : clock.instant();
      }
      now = known;
    }
    return known;
  }

  boolean hasWrites() {
    return !writes.isEmpty();
  }

  /**
   * Sends the mark, all writes and COMMIT in one round trip.
   *
   * @param mark this transaction's own random id, by which an unknown commit is settled
   */
  void commit(long mark) throws SQLException {
    StringBuilder text = new StringBuilder(4_096).append(MARK);
    int count = 1;
    for (Write write : writes) {
      text.append(";\n").append(write.text());
      count += write.parameters().length;
    }
    text.append(";\ncommit");
    Span commit = span.child(Kind.CLIENT, "commit");
    commit.with("db.system.name", "postgresql").with("tidegate.statements", writes.size());
    List<Array> arrays = new ArrayList<>(count);
    try (PreparedStatement statement = connection.prepareStatement(text.toString())) {
      statement.setLong(1, mark);
      int index = 2;
      for (Write write : writes) {
        index = bind(connection, statement, index, write.parameters(), arrays);
      }
      statement.execute();
    } catch (SQLException e) {
      commit.failed(SqlStates.failure(e).getClass().getSimpleName());
      throw e;
    } finally {
      commit.end();
      free(arrays);
    }
  }

  static <R extends @Nullable Object> List<R> select(
      Connection connection, Sql sql, RowReader<R> reader, @Nullable Object... parameters) {
    List<Array> arrays = new ArrayList<>(parameters.length);
    try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
      bind(connection, statement, 1, parameters, arrays);
      try (ResultSet result = statement.executeQuery()) {
        return rows(result, reader);
      }
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    } finally {
      free(arrays);
    }
  }

  private static <R extends @Nullable Object> List<R> rows(ResultSet result, RowReader<R> reader)
      throws SQLException {
    List<R> rows = new ArrayList<>();
    Row row = new Row(result);
    while (result.next()) {
      rows.add(reader.read(row));
    }
    return rows;
  }

  /** Asks all in one round trip. */
  static void select(Connection connection, String text, List<Questions.Answer<?>> answers) {
    List<Array> arrays = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      int index = 1;
      for (Questions.Answer<?> answer : answers) {
        index = bind(connection, statement, index, answer.question().parameters(), arrays);
      }
      boolean hasRows = statement.execute();
      for (Questions.Answer<?> answer : answers) {
        if (!hasRows) {
          throw new IllegalStateException("no rows: " + answer.question().sql().text());
        }
        try (ResultSet result = statement.getResultSet()) {
          answer.is(rows(result, answer.question().reader()));
        }
        hasRows = statement.getMoreResults();
      }
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    } finally {
      free(arrays);
    }
  }

  static int bind(
      Connection connection,
      PreparedStatement statement,
      int from,
      @Nullable Object[] parameters,
      List<Array> arrays)
      throws SQLException {
    int index = from;
    for (Object parameter : parameters) {
      switch (parameter) {
        case null -> statement.setObject(index, null);
        case long[] a -> setArray(connection, statement, index, "int8", a, arrays);
        case int[] a -> setArray(connection, statement, index, "int4", a, arrays);
        case short[] a -> setArray(connection, statement, index, "int2", a, arrays);
        case boolean[] a -> setArray(connection, statement, index, "bool", a, arrays);
        case String[] a -> setArray(connection, statement, index, "text", a, arrays);
        case byte[][] a -> setArray(connection, statement, index, "bytea", a, arrays);
        case byte[] a -> statement.setBytes(index, a);
        case Long a -> statement.setLong(index, a);
        case Integer a -> statement.setInt(index, a);
        case Short a -> statement.setShort(index, a);
        case Boolean a -> statement.setBoolean(index, a);
        case String a -> statement.setString(index, a);
        case Instant a -> statement.setObject(index, a.atOffset(ZoneOffset.UTC));
        default -> throw new IllegalArgumentException("no parameter: " + parameter.getClass());
      }
      index++;
    }
    return index;
  }

  private static void setArray(
      Connection connection,
      PreparedStatement statement,
      int index,
      String type,
      Object values,
      List<Array> arrays)
      throws SQLException {
    Array array = connection.unwrap(PGConnection.class).createArrayOf(type, values);
    arrays.add(array);
    statement.setArray(index, array);
  }

  static void free(List<Array> arrays) {
    for (Array array : arrays) {
      try {
        array.free();
      } catch (SQLException _) {
        // It is memory of this program only; the statement has its answer.
      }
    }
  }
}
