package io.tidegate.shop.inventory;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of shelves. What the shelf does not allow is answered with false and changes
 * nothing. For one thread.
 */
public final class OnHand {

  /** Pieces of a SKU in a warehouse; {@code planned} of them are promised to shipments. */
  public record Shelf(String sku, String warehouse, int quantity, int planned) {}

  /** By how much a shelf changes. */
  record Change(String sku, String warehouse, int quantity, int planned) {}

  /** Where pieces of a SKU lie. */
  public record Place(String sku, String warehouse) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int bySku = sku.compareTo(other.sku);
      return bySku != 0 ? bySku : warehouse.compareTo(other.warehouse);
    }
  }

  private static final class Counts {
    private final Shelf before;
    private int quantity;
    private int planned;

    Counts(Shelf shelf) {
      before = shelf;
      quantity = shelf.quantity();
      planned = shelf.planned();
    }
  }

  private final TreeMap<Place, Counts> shelves = new TreeMap<>();

  public OnHand(List<Shelf> locked) {
    locked.forEach(
        shelf -> shelves.put(new Place(shelf.sku(), shelf.warehouse()), new Counts(shelf)));
  }

  /** Pieces that no shipment has been promised. */
  public int free(String sku, String warehouse) {
    Counts counts = shelves.get(new Place(sku, warehouse));
    return counts == null ? 0 : counts.quantity - counts.planned;
  }

  /** Promises pieces to a shipment. */
  public boolean plan(String sku, String warehouse, int pieces) {
    return change(sku, warehouse, 0, pieces);
  }

  /** Takes a promise back. */
  public boolean unplan(String sku, String warehouse, int pieces) {
    return change(sku, warehouse, 0, -pieces);
  }

  /** Takes promised pieces off the shelf. */
  public boolean pick(String sku, String warehouse, int pieces) {
    return change(sku, warehouse, -pieces, -pieces);
  }

  /** Puts picked pieces back on the shelf, for anybody. */
  public boolean putBack(String sku, String warehouse, int pieces) {
    return change(sku, warehouse, pieces, 0);
  }

  List<Change> changes() {
    return shelves.values().stream()
        .map(counts ->
            new Change(
                counts.before.sku(),
                counts.before.warehouse(),
                counts.quantity - counts.before.quantity(),
                counts.planned - counts.before.planned()))
        .filter(change -> change.quantity() != 0 || change.planned() != 0)
        .toList();
  }

  private boolean change(String sku, String warehouse, int quantity, int planned) {
    @Nullable Counts counts = shelves.get(new Place(sku, warehouse));
    if (counts == null) {
      return false;
    }
    int nextQuantity = Math.addExact(counts.quantity, quantity);
    int nextPlanned = Math.addExact(counts.planned, planned);
    if (nextQuantity < 0 || nextPlanned < 0 || nextPlanned > nextQuantity) {
      return false;
    }
    counts.quantity = nextQuantity;
    counts.planned = nextPlanned;
    return true;
  }
}
