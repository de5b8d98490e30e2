package io.tidegate.server.exchange;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A kind of file: its columns, and how its rows go into the database and come out of it.
 *
 * @param <R> a row that was read
 */
interface Table<R> {

  /** Columns in the order in which they are written. */
  List<String> columns();

  /** Columns that a file must have. */
  Set<String> needed();

  /** Rows of one transaction. */
  int rowsMax();

  /** Reads a row; what is wrong is noted in it. */
  R read(CsvRow row);

  /** What a file says once only. */
  String key(R row);

  /** What a row tells of something that other rows are about too; null where there is no such. */
  default @Nullable Told told(R row) {
    return null;
  }

  /**
   * A part of a row that all rows about the same must tell alike.
   *
   * @param column says what it is about
   * @param about what it is about
   * @param what what it tells
   */
  record Told(String column, String about, Object what) {}

  /** Writes rows in one transaction, and says what became of each. */
  List<Fate> write(List<R> rows);

  /** How many rows there are. */
  long count();

  /** Gives all rows, in the order of their keys. */
  void each(Consumer<List<String>> row);
}
