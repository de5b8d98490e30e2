package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of one coupon template shows.
 *
 * @param version that a form goes by
 * @param notice what the last change led to; empty for none
 * @param skipped who got none of an issue, and why
 */
record CouponDetail(
    CouponList.Row row,
    int version,
    boolean mayEdit,
    String notice,
    List<Skipped> skipped,
    Entered terms,
    Entered issue,
    CouponList.Choices choices) {

  /** A customer who got none. */
  record Skipped(String user, String why) {}
}
