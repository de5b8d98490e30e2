package io.tidegate.shop.fulfilment;

/** Pieces of one line of an order. */
public record ShipItem(int line, String sku, int quantity) {

  public ShipItem {
    if (line < 1 || quantity < 1) {
      throw new IllegalArgumentException("line " + line + ", quantity " + quantity);
    }
  }

  ShipItem of(int pieces) {
    return new ShipItem(line, sku, pieces);
  }
}
