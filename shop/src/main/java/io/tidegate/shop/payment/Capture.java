package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;

/**
 * Money that a provider took, as its verified callback or its answer to a query says.
 *
 * @param transaction the provider's own number; the same one is the same money
 */
public record Capture(
    PaymentId payment, String provider, String transaction, Money amount, Instant capturedAt) {

  /** What became of it. Codes are stored. */
  public enum Verdict {
    /** It pays its order. */
    PAID(1),
    /** The order was paid already: goes back (M4). */
    SECOND(2),
    /** The order was closed or cancelled: goes back (M5). */
    LATE(3),
    /** Wrong amount or currency: waits for a person (M3). */
    PARKED(4);

    private final int code;

    Verdict(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public static Verdict of(int code) {
      return values()[code - 1];
    }
  }

  public boolean pays(Money total) {
    return amount.equals(total);
  }
}
