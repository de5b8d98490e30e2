package io.tidegate.shop.fulfilment;

import io.tidegate.shop.kernel.ResourceLines;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The warehouses of the shop, and for each region their order from the nearest. Immutable to its
 * callers.
 */
public final class Warehouses {

  private static final int PROVINCE_DIGITS = 2;
  private static final int CITY_DIGITS = 4;

  private final List<Warehouse> all;

  /**
   * Middles of provinces by two digits and, where a province is too wide for one, of cities by
   * four.
   */
  private final Map<String, Place> middles;

  /** Orders already worked out, by a key of {@link #middles}: never more than that has. */
  private final Map<String, List<Warehouse>> nearest = new ConcurrentHashMap<>();

  private Warehouses(List<Warehouse> all, Map<String, Place> middles) {
    this.all = List.copyOf(all);
    this.middles = Map.copyOf(middles);
  }

  /** The eight warehouses of the demo shop. */
  public static Warehouses demo() {
    List<Warehouse> warehouses =
        ResourceLines.of(Warehouses.class, "warehouses.tsv").stream()
            .map(Warehouses::warehouse)
            .toList();
    return of(warehouses);
  }

  /** These warehouses, in the order given where two are equally far. */
  public static Warehouses of(List<Warehouse> warehouses) {
    Map<String, Place> middles = new HashMap<>();
    for (String line : ResourceLines.of(Warehouses.class, "places.tsv")) {
      String[] fields = ResourceLines.fields(line, 4);
      middles.put(fields[0], place(fields[2], fields[3]));
    }
    return new Warehouses(warehouses, middles);
  }

  public List<Warehouse> all() {
    return all;
  }

  /**
   * All warehouses, nearest first, by great-circle distance from the middle of the region's city or
   * province.
   *
   * @param region a 6-digit code
   * @throws IllegalArgumentException where it lies in no province
   */
  public List<Warehouse> nearest(String region) {
    return nearest.computeIfAbsent(middleOf(region), this::byDistance);
  }

  private String middleOf(String region) {
    if (region.length() == 6) {
      String city = region.substring(0, CITY_DIGITS);
      if (middles.containsKey(city)) {
        return city;
      }
      String province = region.substring(0, PROVINCE_DIGITS);
      if (middles.containsKey(province)) {
        return province;
      }
    }
    throw new IllegalArgumentException("no region " + region);
  }

  private List<Warehouse> byDistance(String middle) {
    Place from = middles.get(middle);
    if (from == null) {
      throw new IllegalArgumentException("no place " + middle);
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(warehouse -> Distance.km(from, warehouse.place())))
        .toList();
  }

  private static Warehouse warehouse(String line) {
    String[] fields = ResourceLines.fields(line, 6);
    return new Warehouse(fields[0], fields[1], fields[2], fields[3], place(fields[4], fields[5]));
  }

  private static Place place(String latitude, String longitude) {
    return new Place(Double.parseDouble(latitude), Double.parseDouble(longitude));
  }
}
