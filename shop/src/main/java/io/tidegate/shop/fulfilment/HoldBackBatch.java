package io.tidegate.shop.fulfilment;

import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of what refunds hold back, over the parcels under lock. Pieces are taken out of
 * parcels that are not packed, and what is left of these is planned anew when all is decided. For
 * one thread.
 */
public final class HoldBackBatch {

  /** Parcels after which no refund splits an order any more; those that resume still may. */
  static final int PARCELS_MAX = 100;

  /** The one that costs least to stop comes first: promised nothing, not told, not picked. */
  private static final Comparator<Shipment> CHEAPEST =
      Comparator.<Shipment>comparingInt(parcel -> parcel.problem() == null ? 1 : 0)
          .thenComparing(Shipment::state)
          .thenComparingInt(parcel -> parcel.told() ? 1 : 0)
          .thenComparingInt(Shipment::seq);

  private final ShipmentBatch parcels;
  private final Map<HoldBack.Key, List<HeldBack>> known = new LinkedHashMap<>();

  /** Goods of stopped parcels, and of refunds that let go, by order and line. */
  private final SortedMap<Long, SortedMap<Integer, ShipItem>> loose = new TreeMap<>();

  private final List<HeldBack> held = new ArrayList<>();
  private final List<HeldBack> released = new ArrayList<>();

  HoldBackBatch(ShipmentBatch parcels, List<HeldBack> locked) {
    this.parcels = parcels;
    locked.forEach(row -> known.computeIfAbsent(row.key(), _ -> new ArrayList<>()).add(row));
  }

  static boolean canStop(Shipment parcel) {
    return switch (parcel.state()) {
      case PLANNED, PICKED -> true;
      case PACKED, SHIPPED, DELIVERED, CANCELLED -> false;
    };
  }

  /** A refund wants pieces held back: it gets them unless one of them is packed (O8). */
  public Outcome<Left, HoldRefusal> holdBack(HoldBack wanted) {
    List<HeldBack> before = known.get(wanted.key());
    if (before != null) {
      return before.getFirst().released()
          ? Outcome.refused(HoldRefusal.RELEASED)
          : Outcome.alreadyApplied(left(wanted.order()));
    }
    ShipTask task = parcels.task(wanted.order());
    if (task == null) {
      parcels.expect(wanted.order());
    } else if (task.isPlanned()) {
      HoldRefusal why = takeOut(wanted);
      if (why != null) {
        return Outcome.refused(why);
      }
    }
    List<HeldBack> rows =
        wanted.items().stream().map(item -> new HeldBack(wanted.key(), item, false)).toList();
    known.put(wanted.key(), rows);
    held.addAll(rows);
    return Outcome.applied(left(wanted.order()));
  }

  /** A refund lets go what it held back; false where it holds nothing. */
  public boolean resume(HoldBack.Key refund) {
    List<HeldBack> rows = known.get(refund);
    if (rows == null || rows.getFirst().released()) {
      return false;
    }
    ShipTask task = parcels.task(refund.order());
    if (task != null && task.isPlanned()) {
      SortedMap<Integer, ShipItem> goods = goods(refund.order());
      rows.forEach(row -> add(goods, row.item()));
      loose.put(refund.order(), goods);
    }
    known.put(refund, rows.stream().map(HeldBack::release).toList());
    if (!held.removeAll(rows)) {
      released.addAll(rows);
    }
    return true;
  }

  /** How far the parcels are that an order has left. */
  public Left left(long order) {
    return goods(order).isEmpty() ? Left.of(parcels.ofOrder(order)) : Left.NONE;
  }

  /** All of them or, with nothing changed, why not. */
  private @Nullable HoldRefusal takeOut(HoldBack wanted) {
    long order = wanted.order();
    SortedMap<Integer, ShipItem> goods = goods(order);
    Map<Integer, Integer> missing = new TreeMap<>();
    for (ShipItem item : wanted.items()) {
      ShipItem here = goods.get(item.line());
      int wants = item.quantity() - (here == null ? 0 : here.quantity());
      if (wants > 0) {
        missing.put(item.line(), wants);
      }
    }
    List<Shipment> stops = new ArrayList<>();
    for (Shipment parcel : parcels.ofOrder(order).stream().sorted(CHEAPEST).toList()) {
      if (canStop(parcel) && takes(missing, parcel)) {
        stops.add(parcel);
      }
    }
    if (!missing.isEmpty()) {
      return HoldRefusal.LEAVING;
    }
    stops.forEach(parcel -> parcel.items().forEach(item -> add(goods, item)));
    for (ShipItem item : wanted.items()) {
      goods.computeIfPresent(item.line(), (_, all) -> without(all, item.quantity()));
    }
    if (!goods.isEmpty() && parcels.lastSeq(order) >= PARCELS_MAX) {
      return HoldRefusal.TOO_MANY_PARCELS;
    }
    loose.put(order, goods);
    stops.forEach(parcels::stop);
    return null;
  }

  /** Whether a parcel has something of what is missing, which it is less then. */
  private static boolean takes(Map<Integer, Integer> missing, Shipment parcel) {
    boolean takes = false;
    for (ShipItem item : parcel.items()) {
      takes |= missing.containsKey(item.line());
      missing.computeIfPresent(
          item.line(),
          (_, wants) -> wants > item.quantity() ? (Integer) (wants - item.quantity()) : null);
    }
    return takes;
  }

  private SortedMap<Integer, ShipItem> goods(long order) {
    return new TreeMap<>(loose.getOrDefault(order, Collections.emptySortedMap()));
  }

  private static void add(Map<Integer, ShipItem> goods, ShipItem item) {
    goods.merge(
        item.line(), item, (was, more) -> was.of(Math.addExact(was.quantity(), more.quantity())));
  }

  private static @Nullable ShipItem without(ShipItem all, int pieces) {
    return all.quantity() > pieces ? all.of(all.quantity() - pieces) : null;
  }

  /** Plans what is loose, once; there is nothing more to decide then. */
  ShipmentBatch settle() {
    loose.forEach((order, goods) -> parcels.settle(order, List.copyOf(goods.values())));
    loose.clear();
    return parcels;
  }

  /** What is held back now. */
  List<HeldBack> held() {
    return sorted(held);
  }

  /** What was held back and is no more. */
  List<HeldBack> released() {
    return sorted(released);
  }

  private static List<HeldBack> sorted(Collection<HeldBack> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparingLong((HeldBack row) -> row.key().order())
                .thenComparingInt(row -> row.key().refund())
                .thenComparingInt(row -> row.item().line()))
        .toList();
  }
}
