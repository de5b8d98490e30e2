package io.tidegate.shop.customer;

/**
 * Where and to whom a parcel goes.
 *
 * @param region the 6-digit code of the district
 * @param line street, house and door
 */
public record Address(String name, String phone, String region, String line) {

  /** Only the region: the rest is personal and would end in a log some day. */
  @Override
  public String toString() {
    return "Address[region=" + region + "]";
  }
}
