package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.marketing.RedPacketPick;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a refund gives back of the perks that its order has used.
 *
 * @param refund the number of its case within the order, from 1
 * @param points so many; 0 for none
 * @param packets so much into each packet, none 0; a packet once
 * @param coupon the one that the order used, where the whole order is refunded now
 */
public record UsedBack(
    long order,
    int refund,
    long userId,
    long points,
    List<RedPacketPick.Part> packets,
    @Nullable Long coupon) {

  public UsedBack {
    packets = List.copyOf(packets);
    if (points < 0 || packets.stream().anyMatch(part -> part.amount() <= 0)) {
      throw new IllegalArgumentException(points + " points and " + packets + " back");
    }
  }

  /** A refund that gives nothing back. */
  public static UsedBack none(long order, int refund, long userId) {
    return new UsedBack(order, refund, userId, 0, List.of(), null);
  }

  public RefundKey key() {
    return new RefundKey(order, refund);
  }
}
