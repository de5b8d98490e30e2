package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import java.util.List;

/**
 * One entry of the ledger: an amount goes from the credit account to the debit account (M10).
 *
 * @param reference the payment's or refund's id, or what a discount came from, or the refund that
 *     took it back
 */
public record Posting(
    OrderNumber order, Instant at, String debit, String credit, Money amount, String reference) {

  /** What orders have brought: what customers paid for them, and what was paid in their place. */
  public static final String ORDERS = "orders";

  /** What promotions have cost the shop. */
  public static final String PROMOTIONS = "promotions";

  public static final String COUPONS = "coupons";
  public static final String POINTS = "points";
  public static final String RED_PACKETS = "red_packets";

  /** Money that goes back to customers, owed until the provider has confirmed. */
  public static final String OWED = "refunds_owed";

  /** Money that waits for a person's decision. */
  public static final String PARKED = "parked";

  /** What went back under numbers that people had ended: the shop's loss until somebody acts. */
  public static final String UNDUE = "refunds_undue";

  /** What was given back outside the providers. */
  public static final String BY_HAND = "by_hand";

  /** Money that is no order's and stays: a person gave its way back up, or dismissed it. */
  public static final String KEPT = "kept";

  /** What customers' refunds were short of, for perks that were spent already. */
  public static final String PERKS_DEDUCTED = "perks_deducted";

  /** Our claim against a provider. */
  public static String provider(String name) {
    return "provider:" + name;
  }

  /** A provider took money. */
  public static Posting captured(Capture capture, Capture.Verdict verdict, Instant at) {
    String credit =
        switch (verdict) {
          case PAID -> ORDERS;
          case SECOND, LATE -> OWED;
          case PARKED -> PARKED;
        };
    return new Posting(
        capture.payment().order(),
        at,
        provider(capture.provider()),
        credit,
        capture.amount(),
        capture.payment().toString());
  }

  /** A discount paid for a part of an order in its customer's place. */
  public static Posting given(
      OrderNumber order, Instant at, String account, Money amount, String reference) {
    return new Posting(order, at, account, ORDERS, amount, reference);
  }

  /** A provider confirmed that it gave money back. */
  public static Posting refunded(Refund refund, Instant at) {
    return of(refund, at, OWED, provider(refund.provider()));
  }

  /** A provider gave money back under a number that was ended: it was owed no more. */
  static Posting undue(Refund refund, Instant at) {
    return of(refund, at, UNDUE, provider(refund.provider()));
  }

  /** A customer's refund is written: from now on its amount is owed. */
  public static Posting owed(RefundId refund, Money amount, Instant at) {
    return new Posting(refund.order(), at, ORDERS, OWED, amount, refund.toString());
  }

  /** A parked capture goes back: from now on it is owed. */
  public static Posting unparked(Refund refund, Instant at) {
    return of(refund, at, PARKED, OWED);
  }

  /** A provider took back what it had given back: it is owed again (M9). */
  public static Posting reversed(Refund refund, Instant at) {
    return of(refund, at, provider(refund.provider()), OWED);
  }

  /** What was owed went back outside the provider. */
  public static Posting byHand(Refund refund, Instant at) {
    return of(refund, at, OWED, BY_HAND);
  }

  /** What was owed stays: where it came from, or with us where it came from nowhere else. */
  public static Posting givenUp(Refund refund, Instant at) {
    return of(
        refund,
        at,
        OWED,
        switch (refund.reason()) {
          case SECOND, LATE, PARKED -> KEPT;
          case CUSTOMER -> ORDERS;
        });
  }

  /**
   * What a discount had paid is taken back, in part or whole, with a customer's refund.
   *
   * @param account such as {@link #COUPONS}, as in {@link #given}
   * @param reference the refund's case, a slash, and the reference of what was given
   */
  public static Posting takenBack(
      OrderNumber order, Instant at, String account, Money amount, String reference) {
    return new Posting(order, at, ORDERS, account, amount, withSlash(reference));
  }

  /** The undo of {@link #takenBack}: the refund was reversed. */
  public static Posting givenAgain(
      OrderNumber order, Instant at, String account, Money amount, String reference) {
    return new Posting(order, at, account, ORDERS, amount, withSlash(reference));
  }

  /** What a customer's refund is short of, for perks that were spent already. */
  public static Posting deducted(OrderNumber order, Instant at, Money amount, String reference) {
    return new Posting(order, at, ORDERS, PERKS_DEDUCTED, amount, reference);
  }

  /** The undo of {@link #deducted}: the refund was reversed. */
  public static Posting deductionUndone(
      OrderNumber order, Instant at, Money amount, String reference) {
    return new Posting(order, at, PERKS_DEDUCTED, ORDERS, amount, reference);
  }

  /** A parked capture is nobody's here any more: it stays, or was never ours. */
  static Posting dismissed(Recorded parked, Parking.Why why, Instant at) {
    Capture capture = parked.capture();
    return of(
        capture,
        at,
        PARKED,
        why == Parking.Why.MISDIRECTED ? provider(capture.provider()) : KEPT,
        capture.amount());
  }

  /** The provider took another amount than its notice had said. */
  static List<Posting> corrected(Recorded parked, Money taken, Instant at) {
    Capture capture = parked.capture();
    String provider = provider(capture.provider());
    return List.of(
        of(capture, at, PARKED, provider, capture.amount()),
        of(capture, at, provider, PARKED, taken));
  }

  /** A slash tells what refunds took back from what discounts gave. */
  private static String withSlash(String reference) {
    if (reference.indexOf('/') < 0) {
      throw new IllegalArgumentException("no refund is named: " + reference);
    }
    return reference;
  }

  private static Posting of(Refund refund, Instant at, String debit, String credit) {
    return new Posting(
        refund.id().order(), at, debit, credit, refund.amount(), refund.id().toString());
  }

  private static Posting of(
      Capture capture, Instant at, String debit, String credit, Money amount) {
    return new Posting(
        capture.payment().order(), at, debit, credit, amount, capture.payment().toString());
  }
}
