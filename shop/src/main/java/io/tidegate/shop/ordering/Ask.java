package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for beside goods, as it came. What it doesn't say is null.
 *
 * @param packets red packets by id, in order
 * @param packetAmount what any red packets are to pay
 */
record Ask(
    @Nullable Address address,
    @Nullable Long addressId,
    @Nullable String courier,
    @Nullable Long coupon,
    @Nullable Long points,
    @Nullable List<Long> packets,
    @Nullable Money packetAmount,
    @Nullable Invoice invoice) {

  /** Whether it asks for no courier and no perks. */
  boolean isPlain() {
    return courier == null
        && coupon == null
        && (points == null || points == 0)
        && (packets == null || packets.isEmpty())
        && (packetAmount == null || packetAmount.isZero());
  }

  @Override
  public String toString() {
    return "Ask[courier=" + courier + ", coupon=" + coupon + ", points=" + points + "]";
  }
}
