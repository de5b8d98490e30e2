package io.tidegate.platform.db;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know from the database: one statement, and what its rows mean. It can be
 * asked alone ({@link Database#ask(Question)}) or with others in one round trip ({@link
 * Questions}).
 *
 * @param <T> what the rows mean together
 */
public final class Question<T> {

  private final Sql sql;
  private final RowReader<?> reader;
  private final Function<List<Object>, T> meaning;
  private final @Nullable Object[] parameters;

  private Question(
      Sql sql,
      RowReader<?> reader,
      Function<List<Object>, T> meaning,
      @Nullable Object[] parameters) {
    this.sql = sql;
    this.reader = reader;
    this.meaning = meaning;
    this.parameters = parameters;
  }

  /**
   * A question.
   *
   * @param reader makes something of each row, never null: the answer can't be got then. Rows that
   *     say nothing are left out by what they mean
   * @param meaning of the rows, in their order
   * @param parameters as with {@link Tx}, and none is null: a null has no type, so that the driver
   *     would ask the database for it and cut the round trip in two
   * @throws NullPointerException where a parameter is null
   */
  @SuppressWarnings("unchecked") // the rows that the reader made, and nothing else, are given to it
  public static <R, T> Question<T> of(
      Sql sql,
      RowReader<R> reader,
      Function<? super List<R>, ? extends T> meaning,
      Object... parameters) {
    Arrays.stream(parameters).forEach(Objects::requireNonNull);
    return new Question<>(sql, reader, rows -> meaning.apply((List<R>) rows), parameters);
  }

  /**
   * A question about things with numbers.
   *
   * @param sql its rows begin with a number, which no two rows share
   * @param reader of what the number has, as with {@link #of}
   * @return what each number has; those that the database doesn't know are left out
   */
  public static <V> Question<Map<Long, V>> byNumber(
      Sql sql, RowReader<V> reader, Object... parameters) {
    return of(
        sql,
        row -> Map.entry(row.getLong(1), reader.read(row)),
        rows -> rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
        parameters);
  }

  Sql sql() {
    return sql;
  }

  RowReader<?> reader() {
    return reader;
  }

  @Nullable Object[] parameters() {
    return parameters;
  }

  T answer(List<?> rows) {
    return meaning.apply(List.copyOf(rows));
  }
}
