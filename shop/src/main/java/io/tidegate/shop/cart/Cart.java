package io.tidegate.shop.cart;

import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that one customer has put aside: at most {@link #SKUS_MAX} SKUs, each once.
 *
 * @param items in any order
 */
public record Cart(List<CartItem> items) {

  /** More is a list, and too long for a page. */
  public static final int SKUS_MAX = 120;

  /** As many as a line of an order may have. */
  public static final int QUANTITY_MAX = 999;

  public Cart {
    items = List.copyOf(items);
  }

  /** Why a cart stays as it is. */
  public enum Refusal {
    /** Nobody sells such a SKU. */
    NOT_SELLABLE,
    /** It has {@link #SKUS_MAX} SKUs. */
    FULL
  }

  /** Some pieces of a SKU that another cart had. */
  public record Wanted(String sku, int quantity) {}

  /** What of another cart did not come into this one, and why. */
  public record Skipped(String sku, Refusal why) {}

  /** A cart that took over another. */
  public record Merged(Cart cart, List<Skipped> skipped) {}

  public Optional<CartItem> find(String sku) {
    return items.stream().filter(item -> item.sku().equals(sku)).findFirst();
  }

  /** What the next order takes. */
  public List<CartItem> selected() {
    return items.stream().filter(CartItem::selected).toList();
  }

  /**
   * Has so many pieces of a SKU. What is there already may be changed whatever became of it; what
   * is new must be sold.
   *
   * @param selected null: as it is, and new ones are selected
   * @param isSold whether goods are for sale, in stock or not
   */
  Outcome<Cart, Refusal> put(
      String sku, int quantity, @Nullable Boolean selected, Predicate<String> isSold, Instant now) {
    CartItem before = find(sku).orElse(null);
    if (before == null) {
      if (!isSold.test(sku)) {
        return Outcome.refused(Refusal.NOT_SELLABLE);
      }
      if (items.size() >= SKUS_MAX) {
        return Outcome.refused(Refusal.FULL);
      }
      return Outcome.applied(with(new CartItem(sku, quantity, selected == null || selected, now)));
    }
    CartItem after = before.with(quantity, selected == null ? before.selected() : selected);
    return after.equals(before) ? Outcome.alreadyApplied(this) : Outcome.applied(with(after));
  }

  /** Has no such SKU any more. */
  Outcome<Cart, Refusal> remove(String sku) {
    return find(sku).isEmpty()
        ? Outcome.alreadyApplied(this)
        : Outcome.applied(
            new Cart(items.stream().filter(item -> !item.sku().equals(sku)).toList()));
  }

  /** Has nothing any more. */
  Outcome<Cart, Refusal> clear() {
    return items.isEmpty() ? Outcome.alreadyApplied(this) : Outcome.applied(new Cart(List.of()));
  }

  /**
   * Selects items, or no longer.
   *
   * @param skus which; null for all. One that is not there is passed over
   */
  Outcome<Cart, Refusal> select(boolean selected, @Nullable Set<String> skus) {
    List<CartItem> after =
        items.stream()
            .map(item ->
                skus == null || skus.contains(item.sku())
                    ? item.with(item.quantity(), selected)
                    : item)
            .toList();
    return after.equals(items) ? Outcome.alreadyApplied(this) : Outcome.applied(new Cart(after));
  }

  /**
   * Takes over what a customer had put aside before signing in: quantities add up, to the limit of
   * each. As much comes in as there is room for, in the order given.
   */
  Merged merge(List<Wanted> others, Predicate<String> isSold, Instant now) {
    Cart cart = this;
    List<Skipped> skipped = new ArrayList<>(0);
    for (Wanted other : others) {
      int had = cart.find(other.sku()).map(CartItem::quantity).orElse(0);
      int sum = Math.min(QUANTITY_MAX, had + other.quantity());
      switch (cart.put(other.sku(), sum, null, isSold, now)) {
        case Outcome.Applied<Cart, Refusal>(Cart after) -> cart = after;
        case Outcome.AlreadyApplied<Cart, Refusal> _ -> {} // it was full of it
        case Outcome.Refused<Cart, Refusal>(Refusal why) ->
            skipped.add(new Skipped(other.sku(), why));
      }
    }
    return new Merged(cart, List.copyOf(skipped));
  }

  private Cart with(CartItem changed) {
    List<CartItem> after = new ArrayList<>(items.size() + 1);
    items.stream().filter(item -> !item.sku().equals(changed.sku())).forEach(after::add);
    after.add(changed);
    return new Cart(after);
  }
}
