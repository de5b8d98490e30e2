package io.tidegate.shop.ordering;

import io.tidegate.shop.marketing.Coupon;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer wants beside goods: a courier, and the perks to pay with.
 *
 * @param courier null for the one that the shop takes
 * @param coupon as it was read when it was asked for
 * @param points how many
 * @param packets taken from in this order, as far as something is left to pay
 * @param doubtful whether some of it did not seem to be there: it will be refused, unless this very
 *     order has it already
 */
public record Wishes(
    @Nullable String courier,
    @Nullable Coupon coupon,
    long points,
    List<PacketWish> packets,
    boolean doubtful) {

  /** Nothing but goods. */
  public static final Wishes NONE = new Wishes(null, null, 0, List.of(), false);

  public Wishes {
    packets = List.copyOf(packets);
  }

  /**
   * At most so much of a red packet.
   *
   * @param most minor units of its currency
   */
  public record PacketWish(long id, long most, String currency) {}

  /** Stands for what no red packet holds; no packet has this id. */
  static final long NO_PACKET = 0;

  Wishes inDoubt() {
    return new Wishes(courier, coupon, points, packets, true);
  }

  /** Whether red packets are wanted that are not there. */
  boolean lacksPackets() {
    return packets.stream()
        .anyMatch(packet -> packet.id() == NO_PACKET || packet.most() == Supply.ENOUGH);
  }

  /** Whether something would be held. */
  boolean wantPerks() {
    return coupon != null || points > 0 || !packets.isEmpty();
  }
}
