package io.tidegate.harness.simulators;

/**
 * A payment in the provider's book.
 *
 * @param amount minor units of the currency
 * @param createdMillis epoch milliseconds, as all times of the book
 */
record Payment(
    String id,
    long amount,
    String currency,
    String subject,
    String notifyUrl,
    long createdMillis,
    long expiresMillis,
    Fate fate) {

  /** What became of a payment. */
  sealed interface Fate {}

  /** Nobody paid yet. */
  enum Pending implements Fate {
    PENDING
  }

  /** The money is with the provider, under a transaction number of its own. */
  record Captured(long serial, long atMillis) implements Fate {
    String transaction() {
      return "SB" + serial;
    }
  }

  /** No money will come: closed by the merchant, failed at the cashier, or expired. */
  record Closed(long atMillis) implements Fate {}

  /** The payment as it stands at a moment: one that nobody paid in time is closed. */
  Payment at(long nowMillis) {
    return fate == Pending.PENDING && nowMillis >= expiresMillis
        ? with(new Closed(expiresMillis))
        : this;
  }

  Payment with(Fate next) {
    // A settled payment shows its subject to nobody any more, and the book is held in memory.
    return new Payment(id, amount, currency, "", notifyUrl, createdMillis, expiresMillis, next);
  }

  String state() {
    return switch (fate) {
      case Pending _ -> "pending";
      case Captured _ -> "captured";
      case Closed _ -> "closed";
    };
  }
}
