package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of one order shows.
 *
 * @param courier whom the customer chose to carry it, in words
 */
record OrderDetail(
    String number,
    OrderList.State state,
    Shown.Moment placed,
    Customer customer,
    String courier,
    Money money,
    List<Line> lines,
    List<Effect> effects,
    List<Parcel> parcels,
    List<Payment> payments,
    List<Case> cases,
    List<Refund> refunds,
    List<Step> timeline,
    String live) {

  /**
   * Who bought it and gets it; names and numbers are masked unless a member of the staff has asked
   * to see them.
   *
   * @param invoice its kind, in full with title and tax number
   * @param masked whether there is more to see
   * @param reveal where to ask for it; empty where there is nothing to ask for
   */
  record Customer(
      String user,
      String userHref,
      String region,
      String name,
      String phone,
      String street,
      String invoice,
      boolean masked,
      String reveal) {}

  /**
   * Its sums.
   *
   * @param taken what took something off it, in the order in which it was taken
   * @param refunded empty where nothing went back
   */
  record Money(
      String items,
      String discount,
      List<Taken> taken,
      String freight,
      String total,
      String refunded,
      Shown.Moment payBefore,
      Shown.Moment paidAt) {}

  /**
   * A promotion, coupon, red packet or points that took something off.
   *
   * @param name what it is called; empty where its kind says all
   */
  record Taken(String kind, String name, String amount) {}

  /**
   * A line.
   *
   * @param note the title in the reader's language, where that is another one
   * @param picture where its picture is; empty where there is none
   * @param refunded how many pieces are refunded, in words; empty for none
   */
  record Line(
      String sku,
      String title,
      String note,
      String picture,
      int quantity,
      String refunded,
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

  /**
   * A try to pay.
   *
   * @param notices where what its provider sent is; empty of an archived order
   */
  record Payment(
      String id,
      String notices,
      String provider,
      OrderList.State state,
      String amount,
      Shown.Moment created,
      Shown.Moment captured) {}

  /**
   * A refund or a return that was asked for.
   *
   * @param amount what goes back; empty for a return, whose refund says so
   */
  record Case(
      String id,
      String href,
      String what,
      OrderList.State state,
      String pieces,
      String amount,
      Shown.Moment at) {}

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

  /** The same with its people in full. */
  OrderDetail with(Customer revealed) {
    return new OrderDetail(
        number, state, placed, revealed, courier, money, lines, effects, parcels, payments, cases,
        refunds, timeline, live);
  }
}
