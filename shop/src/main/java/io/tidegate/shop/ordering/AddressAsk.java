package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;
import org.jspecify.annotations.Nullable;

/**
 * Where an order shall go, as it was asked for: one of the two.
 *
 * @param addressId of a saved one
 */
public record AddressAsk(@Nullable Address address, @Nullable Long addressId) {

  /** Its own form, for comparing what is asked for. */
  public String canonical() {
    return addressId
        + "\n"
        + (address == null
            ? ""
            : String.join("\0", address.name(), address.phone(), address.region(), address.line()));
  }

  @Override
  public String toString() {
    return "AddressAsk[addressId=" + addressId + "]";
  }
}
