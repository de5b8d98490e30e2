package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of one refund shows: everything that a person needs to decide about it.
 *
 * @param path where its forms go
 * @param stamp how it stands: its forms name it, so that nobody decides about what has changed
 * @param notice what the last act led to; empty for none
 * @param packed what of it is to be unpacked, in words; empty for nothing
 * @param lines its pieces; empty where a capture goes back as a whole
 * @param numbers under which the provider was asked, the one that counts first
 * @param steps of the way back, in their order; empty where only money goes back
 * @param decisions what people have decided about it, newest first
 * @param events its history, newest first
 */
record RefundSheet(
    String id,
    OrderList.State state,
    String path,
    String stamp,
    String notice,
    String packed,
    Facts facts,
    List<Line> lines,
    List<Asked> numbers,
    List<Step> steps,
    Approvals approvals,
    List<Choice> choices,
    List<Decision> decisions,
    List<Event> events) {

  /**
   * What it is about; texts are empty where there is nothing to tell.
   *
   * @param deducted what was deducted for perks that are spent
   * @param owes what the customer owes for perks by now
   * @param returned the id of the return that it belongs to
   * @param refusal why it was refused
   */
  record Facts(
      String order,
      String orderHref,
      String user,
      String userHref,
      String what,
      String reason,
      String amount,
      String deducted,
      String owes,
      String returned,
      String returnedHref,
      String refusal,
      Shown.Moment requested,
      Shown.Moment succeeded) {}

  /** Pieces of a line, and what is paid back for them. */
  record Line(String sku, String title, String note, String picture, int quantity, String amount) {}

  /**
   * A number at the provider, and what became of it.
   *
   * @param said what the provider said last, in its own words
   * @param tries how often it was asked, in words
   * @param next when it is asked again
   * @param end how a person ended it; empty where nobody did
   */
  record Asked(
      String number,
      String provider,
      OrderList.State state,
      String amount,
      String said,
      String tries,
      Shown.Moment next,
      String end) {}

  /** A step of the way back: what it does, how far it is, and what undoes it. */
  record Step(String name, String does, OrderList.State state, String undo) {}

  /**
   * Who said yes.
   *
   * @param wanted how many must, in words; empty where nobody needs to
   * @param may whether this member may say it now
   */
  record Approvals(String wanted, List<Yes> given, boolean may) {}

  /** A yes. */
  record Yes(String by, Shown.Moment at) {}

  /**
   * What may be decided.
   *
   * @param reference whether it needs to be said where the money went
   * @param proposed who has decided the same already and waits for a second person; empty for
   *     nobody
   */
  record Choice(String action, String label, String does, boolean reference, String proposed) {}

  /**
   * What somebody decided.
   *
   * @param who who said it, and who said the same after them
   * @param why the note and the reference that were given
   * @param state whether it is done, or waits for a second person
   */
  record Decision(String action, OrderList.State state, String who, String why, Shown.Moment at) {}

  /** Something that happened to it. */
  record Event(OrderList.State state, Shown.Moment at, String actor) {}
}
