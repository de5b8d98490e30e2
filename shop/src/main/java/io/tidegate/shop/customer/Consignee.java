package io.tidegate.shop.customer;

/** Who gets the parcel, the messages and the invoice of one order. */
public record Consignee(long orderNumber, Address address, Invoice invoice) {

  /** One who wants no invoice. */
  public Consignee(long orderNumber, Address address) {
    this(orderNumber, address, Invoice.none());
  }

  @Override
  public String toString() {
    return "Consignee[orderNumber=" + orderNumber + ", region=" + address.region() + "]";
  }
}
