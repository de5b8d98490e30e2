package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The id of what a customer wants back, {@code NUMBERaSEQ}. */
public record RefundCaseId(OrderNumber order, int seq) implements Comparable<RefundCaseId> {

  /** How often an order's pieces can be asked back, refused ones too. */
  public static final int PER_ORDER_MAX = 99;

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,18})a([1-9][0-9]?)");

  public RefundCaseId {
    if (seq < 1 || seq > PER_ORDER_MAX) {
      throw new IllegalArgumentException("no seq of a refund: " + seq);
    }
  }

  public static Optional<RefundCaseId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return OrderNumber.parse(matcher.group(1))
        .map(order -> new RefundCaseId(order, Integer.parseInt(matcher.group(2))));
  }

  @Override
  public int compareTo(RefundCaseId other) {
    int byOrder = order.compareTo(other.order);
    return byOrder == 0 ? Integer.compare(seq, other.seq) : byOrder;
  }

  @Override
  public String toString() {
    return order + "a" + seq;
  }
}
