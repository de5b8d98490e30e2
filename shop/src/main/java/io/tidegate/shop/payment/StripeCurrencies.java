package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.util.Optional;
import java.util.Set;

/**
 * Stripe's minor units. Money here is counted in those of ISO 4217, and Stripe's are others for
 * some currencies: what would be a hundredfold, or a hundredth, there is not opened at all.
 *
 * @see <a href="https://docs.stripe.com/currencies#zero-decimal">Zero-decimal currencies</a>, and
 *     below them three-decimal ones (the last digit of an amount must be 0) and special cases (ISK
 *     and UGX have no decimals and are told with two)
 */
final class StripeCurrencies {

  /** Those that Stripe counts in whole units. MGA has decimals in ISO 4217. */
  private static final Set<String> NO_DECIMALS =
      Set.of(
          "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
          "XOF", "XPF");

  private static final Set<String> THREE_DECIMALS = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

  private StripeCurrencies() {}

  /** Why Stripe can't take it; empty where it can, as far as its currency goes. */
  static Optional<String> refusal(Money amount) {
    int digits = digits(amount.currency());
    if (digits != amount.fractionDigits()) {
      return Optional.of(
          "Stripe counts %s with %d decimals, and we with %d"
              .formatted(amount.currency(), digits, amount.fractionDigits()));
    }
    return digits == 3 && amount.amount() % 10 != 0
        ? Optional.of("Stripe takes " + amount.currency() + " in steps of ten minor units")
        : Optional.empty();
  }

  private static int digits(String currency) {
    return NO_DECIMALS.contains(currency) ? 0 : THREE_DECIMALS.contains(currency) ? 3 : 2;
  }
}
