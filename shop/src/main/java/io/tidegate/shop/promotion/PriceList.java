package io.tidegate.shop.promotion;

import io.tidegate.shop.kernel.Money;
import java.util.Map;

/** Other prices for some goods, for a time. A price list never makes anything dearer. */
public record PriceList(Terms terms, Prices prices) {

  private static final long PERCENT = 100;

  /** How a list prices. */
  public sealed interface Prices {

    /**
     * So much of the list price: 30 is 70 % off (3折).
     *
     * @param percent 1-99
     */
    record PercentOfList(int percent) implements Prices {
      public PercentOfList {
        if (percent < 1 || percent >= PERCENT) {
          throw new IllegalArgumentException("no percentage of a price: " + percent);
        }
      }
    }

    /**
     * An amount for each SKU of the list's scope, in minor units.
     *
     * @param currency SKUs of another keep their price
     */
    record PerSku(Map<String, Long> amounts, String currency) implements Prices {
      public PerSku {
        amounts = Map.copyOf(amounts);
      }
    }
  }

  /** The price that this list gives a SKU of its scope; the list price where it has no other. */
  Money price(String sku, Money listPrice) {
    return switch (prices) {
      case Prices.PercentOfList(int percent) ->
          new Money(share(listPrice.amount(), percent), listPrice.currency());
      case Prices.PerSku(Map<String, Long> amounts, String currency) -> {
        Long amount = amounts.get(sku);
        yield amount != null && currency.equals(listPrice.currency()) && amount < listPrice.amount()
            ? new Money(amount, currency)
            : listPrice;
      }
    };
  }

  /** Rounded half up; one unit at least, unless it costs nothing anyway. */
  private static long share(long amount, int percent) {
    return Math.min(amount, Math.max(1, PromotionRules.percent(amount, percent)));
  }
}
