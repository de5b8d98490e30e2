package io.tidegate.server.console;

import java.util.List;

/**
 * What doesn't go on: parcels whose last step failed, and messages that were given up.
 *
 * @param mayMove whether this member may act on parcels
 * @param notice what the last act led to; empty for none
 */
record StuckList(Part<Parcel> parcels, boolean mayMove, Part<Message> messages, String notice) {

  /**
   * One of the two lists.
   *
   * @param seen whether this member may see it
   * @param first where it begins again; empty on its first page
   * @param next where it goes on; empty at its end
   */
  record Part<T>(List<T> rows, boolean seen, String first, String next) {}

  /**
   * A parcel.
   *
   * @param version what a form says was seen
   * @param tried whether it is tried again at all
   * @param left whether it has left although a refund had stopped it
   */
  record Parcel(
      String id,
      String order,
      String orderHref,
      OrderList.State state,
      String warehouse,
      String error,
      String tries,
      int version,
      Shown.Moment since,
      Shown.Moment next,
      boolean tried,
      boolean left) {}

  /** A message: neither its text nor to whom it goes. */
  record Message(
      long id,
      String order,
      String orderHref,
      String template,
      String channel,
      String why,
      String tries,
      Shown.Moment givenUp) {}
}
