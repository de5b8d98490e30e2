package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of reconciliation shows: a business day at a provider.
 *
 * @param date the day, as {@code 2026-11-11}
 * @param yesterday the day that is looked at by itself
 * @param day null where nothing is known of it
 * @param mayAct whether this member may run, import and resolve
 * @param notice what the last act led to; empty for none
 * @param first where the list of differences begins again; empty on its first page
 * @param next where it goes on; empty at its end
 */
record DayList(
    String date,
    String yesterday,
    String provider,
    List<OrderList.Choice> providers,
    Day day,
    List<Difference> differences,
    boolean mayAct,
    String notice,
    String first,
    String next) {

  /**
   * How far the day is.
   *
   * @param known whether anything is known of it
   * @param source where its statement is from, in words; empty where there is none
   * @param problem why its statement could not be taken; empty where it could
   */
  record Day(
      boolean known,
      OrderList.State state,
      String source,
      String lines,
      String matched,
      String open,
      String accepted,
      Shown.Moment loaded,
      Shown.Moment compared,
      String problem,
      Shown.Moment nextTry,
      List<Sum> sums) {}

  /** What both have of one kind. */
  record Sum(
      String type, String theirLines, String theirs, String ourRows, String ours, boolean equal) {}

  /**
   * Where both differ.
   *
   * @param orderHref its order; empty where the number is none of ours
   * @param theirs empty where they have nothing
   * @param ours empty where we have nothing
   * @param said what the provider said when it was asked last
   * @param end how it was resolved; empty while it is open
   */
  record Difference(
      long id,
      int version,
      OrderList.State state,
      String kind,
      String help,
      String type,
      String number,
      String transaction,
      String orderHref,
      Side theirs,
      Side ours,
      String said,
      String end,
      List<Action> actions) {}

  /** What one of the two has; the amount is empty where that is nothing. */
  record Side(String amount, Shown.Moment at, String state) {}

  /** What may be done about it. */
  record Action(String code, String label, String does) {}
}
