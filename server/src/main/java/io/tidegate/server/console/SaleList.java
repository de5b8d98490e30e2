package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of flash sales shows.
 *
 * @param mayEdit whether this member may make one
 * @param first where the list begins again; empty on its first page
 * @param next where it goes on; empty at its end
 * @param fresh the form of a new one
 * @param modes that it offers to choose from
 */
record SaleList(
    List<Row> rows,
    boolean mayEdit,
    String first,
    String next,
    Entered fresh,
    List<OrderList.Choice> modes) {

  /**
   * A sale.
   *
   * @param goods how many SKUs it has, in words
   * @param left pieces that can still be had; a dash where none are set aside
   */
  record Row(
      String path,
      String title,
      String id,
      OrderList.State state,
      String mode,
      Shown.Moment from,
      Shown.Moment to,
      String goods,
      String pieces,
      String left) {}
}
