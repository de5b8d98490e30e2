package io.tidegate.platform.db;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transaction: first it loads and locks, then it writes.
 *
 * <p>Reads run at once. Writes are kept and go to the database together with the COMMIT, in one
 * round trip, in the order in which they were given. A method with a {@code Tx} parameter joins its
 * caller's transaction.
 *
 * <p>Parameters: {@code long[]}, {@code int[]}, {@code short[]}, {@code boolean[]}, {@code
 * String[]} and {@code byte[][]} are sent as arrays, {@link Instant} as {@code timestamptz}; times
 * in arrays travel as epoch microseconds through the SQL function {@code db.at(bigint)}.
 */
public interface Tx {

  /**
   * Says that locks of this rank follow.
   *
   * @throws IllegalStateException if a higher rank was used already, or a write was given
   */
  void rank(Rank rank);

  /** Reads rows now. */
  <R extends @Nullable Object> List<R> query(
      Sql sql, RowReader<R> reader, @Nullable Object... parameters);

  /** Reads rows and locks them ({@code for update}), by key, in the order of ranks. */
  <R extends @Nullable Object> List<R> lock(
      Rank rank, Sql sql, RowReader<R> reader, @Nullable Object... parameters);

  /**
   * Asks questions in one round trip, in their order; those that lock must stand by rank. The
   * database's time is read with them, after their locks. The same may be asked again: each has its
   * newest answer then.
   */
  void ask(Questions questions);

  /**
   * Lets go of what the last question saw, where something long follows that asks nothing. Until
   * the next one the database may clean up; else it would keep, of every row that others change
   * meanwhile, every version, and each change of a row that many want would walk past all of them.
   */
  void rest();

  /** Writes when the transaction commits. */
  void write(Sql sql, @Nullable Object... parameters);

  /**
   * Writes when the transaction commits, and fails it in the database when another number of rows
   * was touched.
   *
   * @param sql a statement that ends in {@code returning 1}
   */
  void writeExpecting(long rows, Sql sql, @Nullable Object... parameters);

  /**
   * The database's time, read when first asked: ask after the locks are held. In a batch that loads
   * nothing it is the program's clock.
   */
  Instant now();
}
