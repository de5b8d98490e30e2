package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;

/**
 * One entry of the ledger: an amount goes from the credit account to the debit account (M10).
 *
 * @param reference the payment's or refund's id
 */
public record Posting(
    OrderNumber order, Instant at, String debit, String credit, Money amount, String reference) {

  /** What customers have paid for orders. */
  public static final String ORDERS = "orders";

  /** Money that goes back to customers, owed until the provider has confirmed. */
  public static final String OWED = "refunds_owed";

  /** Money that waits for a person's decision. */
  public static final String PARKED = "parked";

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

  /** A provider confirmed that it gave money back. */
  public static Posting refunded(Refund refund, Instant at) {
    return new Posting(
        refund.id().order(),
        at,
        OWED,
        provider(refund.provider()),
        refund.amount(),
        refund.id().toString());
  }
}
