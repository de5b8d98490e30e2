package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of parked payments shows.
 *
 * @param mayDecide whether this member may decide about them
 * @param notice what the last decision led to; empty for none
 * @param first where the list begins again; empty on its first page
 * @param next where it goes on; empty at its end
 */
record ParkedList(List<Row> rows, boolean mayDecide, String notice, String first, String next) {

  /**
   * Money that a provider took and that pays no order.
   *
   * @param why why it is parked, in words
   * @param notices where what its provider sent is
   * @param wanted what its order costs; empty where that is gone
   * @param state of the order; null where that is gone
   * @param misdirected whether it is another's, so that it can't go back from here
   */
  record Row(
      String order,
      String orderHref,
      OrderList.State state,
      String provider,
      String providerName,
      String transaction,
      String notices,
      String amount,
      String wanted,
      String why,
      Shown.Moment captured,
      Shown.Moment recorded,
      boolean misdirected) {}
}
