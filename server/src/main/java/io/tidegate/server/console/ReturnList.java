package io.tidegate.server.console;

import java.util.List;

/**
 * What the list of returns shows.
 *
 * @param states the choices of the filter
 * @param newest where the list begins again; empty on its first page
 * @param older where it goes on; empty at its end
 */
record ReturnList(
    List<Row> rows, List<OrderList.Choice> states, boolean filtered, String newest, String older) {

  /**
   * A return in the list.
   *
   * @param pieces how many are sent back, in words
   */
  record Row(
      String id,
      String href,
      Shown.Moment requested,
      String order,
      String orderHref,
      String pieces,
      String reason,
      OrderList.State state) {}
}
