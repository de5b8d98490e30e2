package io.tidegate.shop.inventory;

import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member of the staff corrects what is there: stock and a warehouse's shelf change alike, so that
 * S1 and S6 go on holding.
 *
 * @param delta pieces, not 0
 * @param warehouse where; null where the fullest shelf will do
 */
public record AdjustStock(String sku, long delta, @Nullable String warehouse) {

  /** Why nothing is corrected. */
  public enum Refusal {
    /** Nothing is known of such a SKU. */
    NO_SUCH_SKU,
    /** The key was sent with another command. */
    KEY_REUSED,
    /** More would go than orders leave available. */
    OUT_OF_STOCK,
    /** More would go than lies in the warehouse and is promised to no shipment. */
    NOT_ON_HAND,
    /** More than a shelf holds. */
    TOO_MANY
  }

  /**
   * What is there afterwards.
   *
   * @param shelves of all warehouses
   * @param newShelf whether nothing lay in this warehouse before
   */
  record Adjusted(
      Stock stock, List<OnHand.Shelf> shelves, String warehouse, long delta, boolean newShelf) {}

  /**
   * Decides by what is locked.
   *
   * @param shelves the SKU's, in the order of warehouses
   * @param firstWarehouse where goods go of which nothing lies anywhere
   */
  Outcome<Adjusted, Refusal> decide(
      Stock stock, List<OnHand.Shelf> shelves, String firstWarehouse) {
    String where = warehouse != null ? warehouse : fullest(shelves).orElse(firstWarehouse);
    Optional<OnHand.Shelf> shelf =
        shelves.stream().filter(each -> each.warehouse().equals(where)).findFirst();
    long quantity = shelf.map(OnHand.Shelf::quantity).orElse(0) + delta;
    if (stock.available() + delta < 0) {
      return Outcome.refused(Refusal.OUT_OF_STOCK);
    }
    if (quantity < shelf.map(OnHand.Shelf::planned).orElse(0)) {
      return Outcome.refused(Refusal.NOT_ON_HAND);
    }
    if (quantity > Integer.MAX_VALUE) {
      return Outcome.refused(Refusal.TOO_MANY);
    }
    Stock after =
        new Stock(
            sku, stock.total() + delta, stock.available() + delta, stock.locked(), stock.sold());
    List<OnHand.Shelf> all = new ArrayList<>(shelves);
    shelf.ifPresent(all::remove);
    int planned = shelf.map(OnHand.Shelf::planned).orElse(0);
    all.add(new OnHand.Shelf(sku, where, (int) quantity, planned));
    all.sort(Comparator.comparing(OnHand.Shelf::warehouse));
    return Outcome.applied(new Adjusted(after, List.copyOf(all), where, delta, shelf.isEmpty()));
  }

  private static Optional<String> fullest(List<OnHand.Shelf> shelves) {
    return shelves.stream()
        .max(Comparator.comparingInt(OnHand.Shelf::quantity))
        .map(OnHand.Shelf::warehouse);
  }
}
