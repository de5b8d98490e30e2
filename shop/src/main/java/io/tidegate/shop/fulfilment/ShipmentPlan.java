package io.tidegate.shop.fulfilment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntBiFunction;

/**
 * Which warehouse sends what.
 *
 * <p>The nearest that has everything sends everything. Where none has, the one that has most pieces
 * sends what it has, the nearer one where two have as many, and so on with the rest. What nobody
 * has becomes a parcel of the nearest warehouse that waits for staff.
 */
public record ShipmentPlan(List<Parcel> parcels) {

  /**
   * What one warehouse sends.
   *
   * @param lacking whether the goods are nowhere, so that nothing was promised
   */
  public record Parcel(Warehouse from, List<ShipItem> items, boolean lacking) {}

  public ShipmentPlan {
    parcels = List.copyOf(parcels);
  }

  /**
   * Decides for one order.
   *
   * @param nearest all warehouses, nearest first, at least one
   * @param free pieces that are promised to nobody, by SKU and warehouse
   */
  static ShipmentPlan decide(
      List<ShipItem> items, List<Warehouse> nearest, ToIntBiFunction<String, String> free) {
    for (Warehouse from : nearest) {
      List<ShipItem> has = has(items, from, free);
      if (pieces(has) == pieces(items)) {
        return new ShipmentPlan(List.of(new Parcel(from, has, false)));
      }
    }
    return split(items, nearest, free);
  }

  private static ShipmentPlan split(
      List<ShipItem> items, List<Warehouse> nearest, ToIntBiFunction<String, String> free) {
    List<Parcel> parcels = new ArrayList<>();
    List<ShipItem> rest = items;
    List<Warehouse> left = new ArrayList<>(nearest);
    while (!rest.isEmpty() && !left.isEmpty()) {
      Warehouse best = left.getFirst();
      List<ShipItem> bestHas = has(rest, best, free);
      for (Warehouse from : left) {
        List<ShipItem> has = has(rest, from, free);
        if (pieces(has) > pieces(bestHas)) {
          best = from;
          bestHas = has;
        }
      }
      if (bestHas.isEmpty()) {
        break;
      }
      parcels.add(new Parcel(best, bestHas, false));
      rest = without(rest, bestHas);
      left.remove(best);
    }
    if (!rest.isEmpty()) {
      parcels.add(new Parcel(nearest.getFirst(), rest, true));
    }
    return new ShipmentPlan(parcels);
  }

  /** The part of the items that lies here; a SKU on two lines is counted once. */
  private static List<ShipItem> has(
      List<ShipItem> items, Warehouse from, ToIntBiFunction<String, String> free) {
    Map<String, Integer> left = new HashMap<>();
    List<ShipItem> has = new ArrayList<>();
    for (ShipItem item : items) {
      int here =
          left.computeIfAbsent(item.sku(), sku -> Math.max(0, free.applyAsInt(sku, from.id())));
      int taken = Math.min(here, item.quantity());
      left.put(item.sku(), here - taken);
      if (taken > 0) {
        has.add(item.of(taken));
      }
    }
    return has;
  }

  private static List<ShipItem> without(List<ShipItem> items, List<ShipItem> taken) {
    Map<Integer, Integer> takenByLine = new HashMap<>();
    taken.forEach(item -> takenByLine.merge(item.line(), item.quantity(), Integer::sum));
    List<ShipItem> rest = new ArrayList<>();
    for (ShipItem item : items) {
      int left = item.quantity() - takenByLine.getOrDefault(item.line(), 0);
      if (left > 0) {
        rest.add(item.of(left));
      }
    }
    return rest;
  }

  private static long pieces(List<ShipItem> items) {
    return items.stream().mapToLong(ShipItem::quantity).sum();
  }
}
