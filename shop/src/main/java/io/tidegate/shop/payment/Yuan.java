package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Money as Chinese providers write it: yuan with two decimals. */
final class Yuan {

  static final String CURRENCY = "CNY";

  private static final Pattern FORM = Pattern.compile("-?[0-9]{1,12}(?:\\.[0-9]{1,2})?");

  private Yuan() {}

  static String text(Money money) {
    return BigDecimal.valueOf(money.amount(), 2).toPlainString();
  }

  /**
   * Reads an amount, which may be below zero.
   *
   * @throws IllegalArgumentException where it is none
   */
  static Money money(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("no amount in yuan");
    }
    return Money.cny(new BigDecimal(text).movePointRight(2).longValueExact());
  }
}
