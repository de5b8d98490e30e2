package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which packets pay a part of an order, and how much each. */
public sealed interface RedPacketPick {

  /** More packets than this no order takes from. */
  int PACKETS_MAX = 50;

  /** A part of one packet. */
  record Part(long packetId, long amount) {}

  /** These, none empty; they may be fewer than asked for where less is left to pay. */
  record Picked(List<Part> parts) implements RedPacketPick {
    public Picked {
      parts = List.copyOf(parts);
    }

    public long total() {
      return parts.stream().mapToLong(Part::amount).sum();
    }
  }

  /** The customer has no such packet with something in it. */
  record Missing(long packetId) implements RedPacketPick {}

  /**
   * The packets don't make up the amount.
   *
   * @param available what they make up
   */
  record TooLittle(Money available) implements RedPacketPick {}

  /**
   * Picks for an amount: large packets first, so that few are touched.
   *
   * @param packets the customer's
   * @param amount what they are to pay; 0 picks none
   */
  static RedPacketPick forAmount(List<RedPacket> packets, Money amount) {
    List<RedPacket> sorted =
        packets.stream()
            .filter(packet -> packet.money().currency().equals(amount.currency()))
            .filter(packet -> packet.remaining().amount() > 0)
            .sorted(
                Comparator.comparingLong((RedPacket packet) -> -packet.remaining().amount())
                    .thenComparingLong(RedPacket::id))
            .limit(PACKETS_MAX)
            .toList();
    List<Part> parts = take(sorted, amount.amount());
    long total = new Picked(parts).total();
    return total < amount.amount()
        ? new TooLittle(new Money(total, amount.currency()))
        : new Picked(parts);
  }

  /**
   * Picks what is asked for by name, in that order, until nothing is left to pay.
   *
   * @param packets the customer's
   * @param most what is left to pay
   */
  static RedPacketPick forIds(List<RedPacket> packets, List<Long> ids, Money most) {
    Map<Long, RedPacket> byId = new HashMap<>();
    packets.forEach(packet -> byId.put(packet.id(), packet));
    Set<Long> seen = new HashSet<>();
    List<RedPacket> wanted = new ArrayList<>();
    for (long id : ids) {
      RedPacket packet = byId.get(id);
      if (packet == null
          || !packet.money().currency().equals(most.currency())
          || packet.remaining().isZero()
          || !seen.add(id)) {
        return new Missing(id);
      }
      wanted.add(packet);
    }
    return new Picked(take(wanted, most.amount()));
  }

  private static List<Part> take(List<RedPacket> packets, long amount) {
    List<Part> parts = new ArrayList<>();
    long left = amount;
    for (RedPacket packet : packets) {
      long part = Math.min(left, packet.remaining().amount());
      if (part > 0) {
        parts.add(new Part(packet.id(), part));
        left -= part;
      }
    }
    return parts;
  }
}
