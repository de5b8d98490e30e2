package io.tidegate.shop.reporting;

/** Who watches an import. */
public interface ImportAudience {

  /**
   * Something is wrong with a row.
   *
   * @param line the row's, of which the head is the first
   */
  void bad(String file, long line, String column, String why);

  /** Says what is being done. */
  void says(String step);

  /** So many orders are taken, of those to take. */
  void reached(long orders, long of);

  /** Whether to end after what is under way. */
  boolean stopAsked();
}
