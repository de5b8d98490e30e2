package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Amounts over an order's lines, split and summed to the unit (M12). */
final class Shares {

  private Shares() {}

  static long sum(List<Long> shares) {
    long sum = 0;
    for (long share : shares) {
      sum = Math.addExact(sum, share);
    }
    return sum;
  }

  /**
   * An amount by what each line still costs: no line gets more than that.
   *
   * @param left their sum is not below the amount
   */
  static List<Long> split(long amount, List<Long> left, String currency) {
    if (amount > sum(left)) {
      throw new IllegalArgumentException(amount + " is more than " + left);
    }
    return amount == 0
        ? Collections.nCopies(left.size(), 0L)
        : new Money(amount, currency).split(left).stream().map(Money::amount).toList();
  }

  static List<Long> minus(List<Long> left, List<Long> taken) {
    List<Long> rest = new ArrayList<>(left.size());
    for (int i = 0; i < left.size(); i++) {
      long one = Math.subtractExact(left.get(i), taken.get(i));
      if (one < 0) {
        throw new IllegalStateException("more is taken off a line than it costs");
      }
      rest.add(one);
    }
    return rest;
  }

  /**
   * What each line bears of an order's freight: by what it costs, and where all of it costs
   * nothing, by what it would; so a line can be refunded, and all of them are the whole.
   */
  static List<Long> freight(long freight, List<OrderItem> items, String currency) {
    List<Long> weights = items.stream().map(OrderItem::total).toList();
    if (sum(weights) == 0) {
      weights = items.stream().map(OrderItem::gross).toList();
    }
    if (sum(weights) == 0) {
      weights = Collections.nCopies(items.size(), 1L);
    }
    return new Money(freight, currency).split(weights).stream().map(Money::amount).toList();
  }
}
