package io.tidegate.shop.cart;

import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cart as it looks now: newest SKUs first, each with its price in force and what keeps it from
 * being ordered.
 *
 * @param total of what is selected and can be ordered
 */
record CartView(List<Line> lines, Money total) {

  /** What keeps an item from being ordered. */
  enum Trouble {
    /** Nobody sells it any more. */
    NOT_SELLABLE,
    /** None is available. */
    OUT_OF_STOCK,
    /** An order has one currency, and items before it have another. */
    OTHER_CURRENCY,
    /** It costs more than goods may: a mistake, which has no total. */
    PRICE_INVALID
  }

  /**
   * An item with what is known of its SKU.
   *
   * @param offer null where nobody knows such a SKU
   */
  record Line(CartItem item, @Nullable Offer offer, @Nullable Trouble trouble) {

    /** What all its pieces cost, sold or not; null where that is not known. */
    @Nullable Money total() {
      return offer == null || isInvalid(offer.price())
          ? null
          : new Money(
              Math.multiplyExact(offer.price().amount(), (long) item.quantity()),
              offer.price().currency());
    }
  }

  /**
   * Looks at a cart.
   *
   * @param offers what a SKU is and costs now
   * @param inStock whether some of it is available
   */
  static CartView of(
      Cart cart, Function<String, @Nullable Offer> offers, Predicate<String> inStock) {
    List<CartItem> items =
        cart.items().stream()
            .sorted(Comparator.comparing(CartItem::addedAt).reversed().thenComparing(CartItem::sku))
            .toList();
    List<Line> lines = new ArrayList<>(items.size());
    @Nullable String currency = null;
    long total = 0;
    for (CartItem item : items) {
      Offer offer = offers.apply(item.sku());
      Trouble trouble = trouble(offer, currency, inStock);
      Line line = new Line(item, offer, trouble);
      lines.add(line);
      Money gross = line.total();
      if (gross != null && trouble == null) {
        currency = gross.currency();
        total = item.selected() ? Math.addExact(total, gross.amount()) : total;
      }
    }
    return new CartView(
        List.copyOf(lines), new Money(total, currency == null ? Money.CNY : currency));
  }

  /** Nobody can set such a price any more, but one that was set before must not hide a cart. */
  private static boolean isInvalid(Money price) {
    return price.amount() > GoodsRules.PRICE_MAX;
  }

  private static @Nullable Trouble trouble(
      @Nullable Offer offer, @Nullable String currency, Predicate<String> inStock) {
    if (offer == null || !offer.active()) {
      return Trouble.NOT_SELLABLE;
    }
    if (!inStock.test(offer.sku())) {
      return Trouble.OUT_OF_STOCK;
    }
    if (isInvalid(offer.price())) {
      return Trouble.PRICE_INVALID;
    }
    return currency == null || currency.equals(offer.price().currency())
        ? null
        : Trouble.OTHER_CURRENCY;
  }
}
