package io.tidegate.server.fill;

import io.tidegate.shop.fulfilment.PastParcel;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.ordering.Order;
import java.util.SortedMap;
import java.util.TreeMap;

/** Pieces that the chunk's orders hold, and where they lie. Codes rise, as locks must. */
final class Goods {
  private final TreeMap<String, long[]> stock = new TreeMap<>();
  private final TreeMap<Shelf, int[]> shelves = new TreeMap<>();

  /** A SKU's place in a warehouse. */
  record Shelf(String sku, String warehouse) implements Comparable<Shelf> {
    @Override
    public int compareTo(Shelf other) {
      int bySku = sku.compareTo(other.sku);
      return bySku != 0 ? bySku : warehouse.compareTo(other.warehouse);
    }
  }

  /** Locked and sold pieces, by SKU. */
  SortedMap<String, long[]> stock() {
    return stock;
  }

  /** Pieces that lie there and those of them that are promised to parcels. */
  SortedMap<Shelf, int[]> shelves() {
    return shelves;
  }

  void locked(Order order, String warehouse) {
    order
        .items()
        .forEach(item -> {
          stock(item.sku())[0] += item.quantity();
          shelf(item.sku(), warehouse)[0] += item.quantity();
        });
  }

  void sold(PastParcel parcel) {
    boolean onShelf = parcel.shipment().state() == ShipmentState.PLANNED;
    for (ShipItem item : parcel.shipment().items()) {
      stock(item.sku())[1] += item.quantity();
      if (onShelf) {
        int[] pieces = shelf(item.sku(), parcel.shipment().warehouse());
        pieces[0] += item.quantity();
        pieces[1] += item.quantity();
      }
    }
  }

  private long[] stock(String sku) {
    return stock.computeIfAbsent(sku, _ -> new long[2]);
  }

  private int[] shelf(String sku, String warehouse) {
    return shelves.computeIfAbsent(new Shelf(sku, warehouse), _ -> new int[2]);
  }
}
