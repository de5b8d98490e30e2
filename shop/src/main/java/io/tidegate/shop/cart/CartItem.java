package io.tidegate.shop.cart;

import java.time.Instant;

/**
 * Some pieces of a SKU in a cart.
 *
 * @param quantity 1 to {@link Cart#QUANTITY_MAX}
 * @param selected whether the next order takes it
 * @param addedAt when the SKU came into the cart
 */
public record CartItem(String sku, int quantity, boolean selected, Instant addedAt) {

  public CartItem {
    if (quantity < 1 || quantity > Cart.QUANTITY_MAX) {
      throw new IllegalArgumentException("a quantity of " + quantity);
    }
  }

  CartItem with(int nextQuantity, boolean nextSelected) {
    return new CartItem(sku, nextQuantity, nextSelected, addedAt);
  }
}
