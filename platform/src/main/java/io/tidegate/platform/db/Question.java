package io.tidegate.platform.db;

import java.util.List;
import java.util.function.Function;
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
   * @param meaning of the rows, in their order
   * @param parameters as with {@link Tx}
   */
  @SuppressWarnings("unchecked") // the rows that the reader made, and nothing else, are given to it
  public static <R, T> Question<T> of(
      Sql sql,
      RowReader<R> reader,
      Function<? super List<R>, ? extends T> meaning,
      @Nullable Object... parameters) {
    return new Question<>(sql, reader, rows -> meaning.apply((List<R>) rows), parameters);
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
