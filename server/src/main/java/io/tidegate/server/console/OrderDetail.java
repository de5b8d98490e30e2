package io.tidegate.server.console;

import java.util.List;

/** What the page of one order shows. */
record OrderDetail(
    String number,
    OrderList.State state,
    Shown.Moment placed,
    Customer customer,
    Money money,
    List<Line> lines,
    List<Effect> effects,
    List<Parcel> parcels,
    List<Payment> payments,
    List<Refund> refunds,
    List<Step> timeline,
    String live) {

  /** Who bought it and gets it; names and numbers are masked. */
  record Customer(
      String user, String userHref, String region, String name, String phone, String street) {}

  /**
   * Its sums.
   *
   * @param refunded empty where nothing went back
   */
  record Money(
      String items,
      String discount,
      String freight,
      String total,
      String refunded,
      Shown.Moment payBefore,
      Shown.Moment paidAt) {}

  /**
   * A line.
   *
   * @param note the title in the reader's language, where that is another one
   * @param picture where its picture is; empty where there is none
   */
  record Line(
      String sku,
      String title,
      String note,
      String picture,
      int quantity,
      String unitPrice,
      String discount,
      String total) {}

  /**
   * One of the seven effects.
   *
   * @param tries how often it was tried, in words; empty while there is nothing to tell
   */
  record Effect(String name, String state, String label, Shown.Moment at, String tries) {}

  /**
   * A parcel.
   *
   * @param problem what staff must see to; empty where all is well
   */
  record Parcel(
      String id,
      OrderList.State state,
      String warehouse,
      String carrier,
      String waybill,
      String goods,
      String problem,
      List<Track> tracking) {}

  /** What a carrier said. */
  record Track(Shown.Moment at, String status, String text) {}

  record Payment(
      String id,
      String provider,
      OrderList.State state,
      String amount,
      Shown.Moment created,
      Shown.Moment captured) {}

  record Refund(
      String id,
      String payment,
      String reason,
      OrderList.State state,
      String amount,
      Shown.Moment created,
      Shown.Moment succeeded,
      String note) {}

  /** A step of its history. */
  record Step(String code, String what, String actor, Shown.Moment at, String traceId) {}
}
