package io.tidegate.shop.fulfilment;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.Optional;

/** A parcel's name outside: its order's number, {@code S} and its place, such as {@code 72S1}. */
public record ShipmentId(long orderNumber, int seq) implements Comparable<ShipmentId> {

  static final int SEQ_MAX = 999;

  /** Reads what came from outside; anything else names no parcel. */
  public static Optional<ShipmentId> parse(String text) {
    int at = text.indexOf('S');
    if (at < 0 || !text.substring(at + 1).matches("[1-9][0-9]{0,2}")) {
      return Optional.empty();
    }
    int seq = Integer.parseInt(text.substring(at + 1));
    return seq > SEQ_MAX
        ? Optional.empty()
        : OrderNumber.parse(text.substring(0, at))
            .map(number -> new ShipmentId(number.value(), seq));
  }

  @Override
  public int compareTo(ShipmentId other) {
    int byOrder = Long.compare(orderNumber, other.orderNumber);
    return byOrder != 0 ? byOrder : Integer.compare(seq, other.seq);
  }

  @Override
  public String toString() {
    return orderNumber + "S" + seq;
  }
}
