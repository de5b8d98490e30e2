package io.tidegate.shop.customer;

/**
 * An address in a customer's book.
 *
 * @param version rises with each change of the address or of its being the default
 */
public record SavedAddress(long id, long version, boolean isDefault, Address address) {

  SavedAddress withDefault(boolean value) {
    return isDefault == value ? this : new SavedAddress(id, version + 1, value, address);
  }
}
