package io.tidegate.shop.ordering;

import java.time.Instant;
import java.util.List;

/**
 * What a customer was shown, and may have until it expires.
 *
 * @param issuedAt the moment whose prices it told
 * @param expiresAt from then on it is worth nothing
 * @param fromCart whether the goods are the cart's, which they leave when they are ordered
 * @param unitPrices of its lines
 * @param savings what was taken off it; of red packets nothing is told
 * @param destination whether the order goes where the quote said
 */
public record Quoted(
    Instant issuedAt,
    Instant expiresAt,
    boolean fromCart,
    List<Long> unitPrices,
    Amounts amounts,
    List<Saved> savings,
    Destination destination) {

  /**
   * What one discount took off.
   *
   * @param id as in {@link Discount}
   */
  public record Saved(Discount.Kind kind, String id, long amount) {}

  /** What discounts take off, but red packets: they pay what is left, and are no reason. */
  static List<Saved> savings(List<Discount> discounts) {
    return discounts.stream()
        .filter(discount -> discount.kind() != Discount.Kind.RED_PACKET)
        .map(discount -> new Saved(discount.kind(), discount.id(), discount.amount()))
        .toList();
  }

  /** Where an order goes, compared with its quote. */
  public enum Destination {
    SAME,
    /** To the quote's saved address, which is another by now, or was deleted. */
    CHANGED,
    /** To another address than the quote's. */
    OTHER
  }

  public Quoted {
    unitPrices = List.copyOf(unitPrices);
    savings = List.copyOf(savings);
  }
}
