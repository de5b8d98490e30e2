package io.tidegate.server.exchange;

/** What became of a row. */
sealed interface Fate {

  /** It changed something. */
  record Written() implements Fate {}

  /** It says what is so already. */
  record Same() implements Fate {}

  /**
   * It was not taken.
   *
   * @param column empty where it is the row as a whole
   */
  record Refused(String column, String why) implements Fate {}
}
