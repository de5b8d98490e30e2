package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A return's id, {@code NUMBERtSEQ}.
 *
 * @param seq counts the returns of an order, from 1
 */
public record ReturnId(OrderNumber order, int seq) {

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,18})t([1-9][0-9]{0,2})");

  public static Optional<ReturnId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return OrderNumber.parse(matcher.group(1))
        .map(order -> new ReturnId(order, Integer.parseInt(matcher.group(2))));
  }

  @Override
  public String toString() {
    return order + "t" + seq;
  }
}
