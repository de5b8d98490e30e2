package io.tidegate.shop.fulfilment;

/** The length of the great circle between two places: how far, not how long by road. */
public final class Distance {

  private static final double EARTH_RADIUS_KM = 6_371.0088;

  private Distance() {}

  /**
   * The distance in km by the haversine formula, exact for near places too; the earth taken as a
   * sphere (0.5 %).
   */
  public static double km(Place from, Place to) {
    double fromLatitude = Math.toRadians(from.latitude());
    double toLatitude = Math.toRadians(to.latitude());
    double north = Math.sin((toLatitude - fromLatitude) / 2);
    double east = Math.sin(Math.toRadians(to.longitude() - from.longitude()) / 2);
    double haversine = north * north + Math.cos(fromLatitude) * Math.cos(toLatitude) * east * east;
    return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
  }
}
