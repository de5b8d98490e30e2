package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Invoice;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as its customer was shown it, which can be placed until it expires. It is kept nowhere:
 * the customer has it, signed.
 *
 * @param unitPrices of its lines
 * @param region the 6-digit code of the district it goes to
 * @param addressHash of the whole address, which is not in it
 * @param addressId the saved address, where one was named
 * @param courier who was chosen, or would be taken; null where the shop has none
 * @param coupon its id
 * @param packets what each red packet pays
 * @param savings what was taken off, so that what is not any more can be named
 */
record Quote(
    long userId,
    Instant issuedAt,
    Instant expiresAt,
    boolean fromCart,
    List<PlaceOrder.Line> lines,
    List<Long> unitPrices,
    String region,
    String addressHash,
    @Nullable Long addressId,
    @Nullable String courier,
    @Nullable Long coupon,
    long points,
    List<Wishes.PacketWish> packets,
    Invoice invoice,
    Amounts amounts,
    List<Quoted.Saved> savings) {

  Quote {
    lines = List.copyOf(lines);
    unitPrices = List.copyOf(unitPrices);
    packets = List.copyOf(packets);
    savings = List.copyOf(savings);
  }

  @Override
  public String toString() {
    return "Quote[user=" + userId + ", expiresAt=" + expiresAt + "]";
  }
}
