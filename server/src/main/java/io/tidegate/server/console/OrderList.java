package io.tidegate.server.console;

import java.util.List;

/**
 * What the list of orders shows.
 *
 * @param text what was searched for
 * @param states the choices of the filter
 * @param live where the list looks for changes; answers 204 when there are none
 * @param newest where the list begins again; empty on its first page
 * @param older where it goes on; empty at its end
 * @param partly whether the search stopped before it filled the page
 */
record OrderList(
    List<Row> rows,
    String text,
    List<Choice> states,
    boolean filtered,
    String live,
    String newest,
    String older,
    boolean partly) {

  /**
   * An order in the list.
   *
   * @param note the first good's title in the reader's language, where that is another one
   * @param more how many further goods it has, in words; empty for none
   */
  record Row(
      String number,
      String href,
      Shown.Moment placed,
      String user,
      String goods,
      String note,
      String more,
      State state,
      String total) {}

  /** A state with its name; the code chooses its colour. */
  record State(String code, String label) {}

  /** A choice of a filter. */
  record Choice(String value, String label, boolean chosen) {}
}
