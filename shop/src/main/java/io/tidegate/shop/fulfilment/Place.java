package io.tidegate.shop.fulfilment;

/**
 * A point on the earth.
 *
 * @param latitude in degrees, north positive
 * @param longitude in degrees, east positive
 */
public record Place(double latitude, double longitude) {

  public Place {
    if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
      throw new IllegalArgumentException("no such place: " + latitude + ", " + longitude);
    }
  }
}
