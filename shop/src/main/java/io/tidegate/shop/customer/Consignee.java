package io.tidegate.shop.customer;

/** Who gets the parcel and the messages of one order. */
public record Consignee(long orderNumber, Address address) {

  @Override
  public String toString() {
    return "Consignee[orderNumber=" + orderNumber + ", region=" + address.region() + "]";
  }
}
