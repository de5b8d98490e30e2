package io.tidegate.shop.ordering;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A page of a filtered list of orders, newest first. No index names what changes, so a filter reads
 * orders one after another and stops after a bounded number of looks.
 *
 * @param orders what was found
 * @param next the number below which the search goes on; empty at the end of the list
 */
record OrderScan(List<Order> orders, OptionalLong next) {

  /** Orders read in one go when a filter passes many over. */
  private static final int PAGE = 100;

  /** Orders looked at for one page of a list; a longer search goes on with the cursor. */
  static final int LOOKS_MAX = 1_000;

  /** Reads orders below a number, newest first. */
  @FunctionalInterface
  interface Source {
    List<Order> below(long number, int most);
  }

  /** The newest orders, all of them. */
  static OrderScan all(Source source, long from, int limit) {
    List<Order> page = source.below(from, limit + 1);
    return page.size() <= limit
        ? new OrderScan(page, OptionalLong.empty())
        : goesOn(page.subList(0, limit), page.get(limit - 1));
  }

  /** The newest orders that a filter lets through. */
  static OrderScan filtered(Source source, long from, int limit, Predicate<Order> filter) {
    List<Order> found = new ArrayList<>(limit);
    long below = from;
    for (int seen = 0; seen < LOOKS_MAX; seen += PAGE) {
      List<Order> page = source.below(below, PAGE);
      for (Order order : page) {
        if (filter.test(order)) {
          if (found.size() == limit) {
            return goesOn(found, found.getLast());
          }
          found.add(order);
        }
        below = order.number().value();
      }
      if (page.size() < PAGE) {
        return new OrderScan(found, OptionalLong.empty());
      }
    }
    return new OrderScan(found, OptionalLong.of(below));
  }

  private static OrderScan goesOn(List<Order> orders, Order last) {
    return new OrderScan(orders, OptionalLong.of(last.number().value()));
  }
}
