package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of one return shows.
 *
 * @param path where its forms go
 * @param notice what the last act led to; empty for none
 */
record ReturnDetail(
    String id,
    OrderList.State state,
    String path,
    String notice,
    Facts facts,
    List<Line> lines,
    List<Picture> pictures,
    List<Step> steps,
    May may) {

  /**
   * What it is about; texts are empty where there is nothing to tell.
   *
   * @param reason the customer's words
   * @param why why it was rejected
   * @param note what the inspection noted
   * @param sent courier and waybill
   * @param refund the id of the refund that it led to
   */
  record Facts(
      String order,
      String orderHref,
      String user,
      String userHref,
      Shown.Moment requested,
      String reason,
      String why,
      String note,
      String sent,
      String warehouse,
      String refund,
      String refundHref) {}

  /**
   * Pieces of a line.
   *
   * @param accepted what the inspection took back, in words; empty before it
   * @param field the name of its field in the form of the inspection
   */
  record Line(
      String sku,
      String title,
      String note,
      String picture,
      int quantity,
      String accepted,
      String field) {}

  /**
   * A reference to a picture.
   *
   * @param href where it can be looked at; empty where it is an id of somebody else's
   */
  record Picture(String name, String href) {}

  /** A step of its history. */
  record Step(OrderList.State state, Shown.Moment at, String actor) {}

  /**
   * What this member of the staff may do about it now.
   *
   * @param warehouses where it can come to, the usual one chosen
   */
  record May(
      boolean approve,
      boolean reject,
      boolean receive,
      boolean inspect,
      List<OrderList.Choice> warehouses) {

    boolean any() {
      return approve || reject || receive || inspect;
    }
  }
}
