package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A refund's id and its number at the provider, {@code NUMBERrSEQ}: one for ever (M6). */
public record RefundId(OrderNumber order, int seq) {

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,18})r([1-9][0-9]{0,2})");

  public static Optional<RefundId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return OrderNumber.parse(matcher.group(1))
        .map(order -> new RefundId(order, Integer.parseInt(matcher.group(2))));
  }

  @Override
  public String toString() {
    return order + "r" + seq;
  }
}
