package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A payment attempt's id, {@code NUMBERpSEQ}: it carries its order's number, so that a callback
 * touches one partition. Providers know it as the merchant's trade number.
 *
 * @param seq 1 for an order's first attempt
 */
public record PaymentId(OrderNumber order, int seq) {

  /** Attempts of one order. */
  public static final int PER_ORDER_MAX = 50;

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,18})p([1-9][0-9]{0,2})");

  public static Optional<PaymentId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return OrderNumber.parse(matcher.group(1))
        .map(order -> new PaymentId(order, Integer.parseInt(matcher.group(2))));
  }

  @Override
  public String toString() {
    return order + "p" + seq;
  }
}
