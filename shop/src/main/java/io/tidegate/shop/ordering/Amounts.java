package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import java.util.List;

/** An order's sums in minor units (O3: total = itemsTotal - discountTotal + freight). */
public record Amounts(String currency, long itemsTotal, long discountTotal, long freight) {

  public static Amounts of(String currency, List<OrderItem> items, long freight) {
    long gross = 0;
    long discount = 0;
    for (OrderItem item : items) {
      gross = Math.addExact(gross, item.gross());
      discount = Math.addExact(discount, item.discount());
    }
    return new Amounts(currency, gross, discount, freight);
  }

  public long total() {
    return Math.addExact(Math.subtractExact(itemsTotal, discountTotal), freight);
  }

  public Money totalMoney() {
    return new Money(total(), currency);
  }
}
