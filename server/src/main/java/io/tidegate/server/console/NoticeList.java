package io.tidegate.server.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of providers' notices shows.
 *
 * @param payment what they are about; null where they are the last ones about anything
 * @param truncated whether there are more than it shows
 */
record NoticeList(String title, @Nullable Payment payment, List<Row> rows, boolean truncated) {

  /** The payment, as we have it. */
  record Payment(
      String order,
      String orderHref,
      String provider,
      OrderList.State state,
      String amount,
      Shown.Moment created,
      Shown.Moment captured) {}

  /**
   * A notice and its verdict.
   *
   * @param about the payment's id; empty where it tells none that can be believed
   * @param href where that payment's notices are; empty on its own page
   * @param why in a few words; empty where nothing speaks against it
   * @param body its fields, masked
   */
  record Row(
      Shown.Moment at,
      OrderList.State verdict,
      String provider,
      String about,
      String href,
      String why,
      List<ActDetail.Member> body) {}
}
