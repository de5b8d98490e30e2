package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of refunds shows.
 *
 * @param waiting those that wait for a person; empty when none does, or on further pages
 * @param moreWaiting where the list of those that wait goes on; empty at its end
 * @param states the choices of the filter
 * @param newest where the list begins again; empty on its first page
 * @param older where it goes on; empty at its end
 */
record RefundList(
    List<Row> waiting,
    String moreWaiting,
    List<Row> rows,
    List<OrderList.Choice> states,
    boolean filtered,
    String newest,
    String older) {

  /**
   * A refund in a list.
   *
   * @param what why it is given back, in words
   * @param said what the provider said last; empty where it has not been asked
   */
  record Row(
      String id,
      String href,
      Shown.Moment requested,
      String order,
      String orderHref,
      String what,
      String amount,
      OrderList.State state,
      String said) {}
}
