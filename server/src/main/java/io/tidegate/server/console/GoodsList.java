package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of goods shows.
 *
 * @param text what was searched for
 * @param mayPrice whether this member may price and list
 * @param mayCount whether this member may correct stock
 * @param notice what the last change led to; empty for none
 * @param back this list, for forms to lead back to
 * @param first where the list begins again; empty on its first page
 * @param next where it goes on; empty at its end
 * @param key the idempotency key of this page's forms
 */
record GoodsList(
    List<Row> rows,
    String text,
    List<OrderList.Choice> categories,
    boolean filtered,
    boolean mayPrice,
    boolean mayCount,
    List<OrderList.Choice> warehouses,
    String notice,
    String back,
    String first,
    String next,
    String key) {

  /**
   * A SKU.
   *
   * @param path where its forms go
   * @param inForce the price in force, where it is another than the list price; empty otherwise
   * @param plainPrice the list price as its form has it
   * @param stock what is available, locked and sold; null where it has no stock
   */
  record Row(
      String sku,
      String path,
      String picture,
      String title,
      String variant,
      String category,
      String price,
      String inForce,
      String plainPrice,
      String currency,
      int version,
      boolean active,
      OrderList.State state,
      Pieces stock) {}

  /** How many pieces there are, as people read them. */
  record Pieces(String available, String locked, String sold) {}
}
