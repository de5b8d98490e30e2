package io.tidegate.shop.customer;

/** Why an address book stays as it is. */
public enum AddressRefusal {
  /** The book has no such address; it may be another's. */
  NOT_FOUND,
  /** The address has changed since the caller read it. */
  STALE,
  /** The book holds {@link AddressBook#ADDRESSES_MAX} addresses. */
  FULL
}
