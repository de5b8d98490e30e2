package io.tidegate.shop.marketing;

/**
 * One act of staff that gives a template's coupons to a list of customers.
 *
 * @param asked how many customers
 * @param done how many of them were gone through
 * @param issued how many got a coupon
 * @param skipped a JSON array of who got none, and why
 */
public record CouponIssue(
    long id, String template, int asked, int done, int issued, String skipped) {

  boolean isDone() {
    return done == asked;
  }
}
