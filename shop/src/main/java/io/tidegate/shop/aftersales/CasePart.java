package io.tidegate.shop.aftersales;

import io.tidegate.shop.effects.UsedBack;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.RedPacketPick;
import io.tidegate.shop.ordering.Discount;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.RefundedPart;
import io.tidegate.shop.payment.Posting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A refund's part of its order, as the packages beneath take it: pieces, perks, ledger. */
final class CasePart {

  private CasePart() {}

  /** The pieces with what was paid for them. */
  static RefundedPart of(RefundCase asked) {
    return new RefundedPart(
        asked.id().seq(),
        true,
        asked.deducted(),
        asked.lines().stream()
            .map(line ->
                new RefundedPart.Line(line.line(), line.quantity(), line.goods(), line.freight()))
            .toList());
  }

  /**
   * What comes back of the perks that the order used.
   *
   * @param whole whether nothing of the order is left: its coupon comes back too (P5)
   */
  static UsedBack usedBack(RefundCase asked, Order order, boolean whole) {
    long points = 0;
    Long coupon = null;
    List<RedPacketPick.Part> packets = new ArrayList<>();
    for (int i = 0; i < order.discounts().size(); i++) {
      Discount discount = order.discounts().get(i);
      long back = asked.used().get(i);
      switch (discount.kind()) {
        case PROMOTION -> {}
        case COUPON -> coupon = whole ? Long.valueOf(discount.number()) : null;
        case POINTS -> points += back;
        case RED_PACKET -> {
          if (back > 0) {
            packets.add(new RedPacketPick.Part(discount.number(), back));
          }
        }
      }
    }
    return new UsedBack(
        order.number().value(), asked.id().seq(), asked.userId(), points, packets, coupon);
  }

  /** What discounts had paid for the pieces, and what is deducted: the order brought it no more. */
  static List<Posting> takenBack(RefundCase asked, Order order, Instant at) {
    List<Posting> postings = new ArrayList<>();
    for (int i = 0; i < order.discounts().size(); i++) {
      Discount discount = order.discounts().get(i);
      Money share = share(asked, i);
      if (!share.isZero()) {
        postings.add(
            Posting.takenBack(
                order.number(), at, account(discount), share, reference(asked, discount)));
      }
    }
    Money deducted = deducted(asked);
    if (!deducted.isZero()) {
      postings.add(Posting.deducted(order.number(), at, deducted, asked.id().toString()));
    }
    return postings;
  }

  /** The undo of {@link #takenBack}: the provider took the money back (M9). */
  static List<Posting> givenAgain(RefundCase asked, Order order, Instant at) {
    List<Posting> postings = new ArrayList<>();
    for (int i = 0; i < order.discounts().size(); i++) {
      Discount discount = order.discounts().get(i);
      Money share = share(asked, i);
      if (!share.isZero()) {
        postings.add(
            Posting.givenAgain(
                order.number(), at, account(discount), share, reference(asked, discount)));
      }
    }
    Money deducted = deducted(asked);
    if (!deducted.isZero()) {
      postings.add(Posting.deductionUndone(order.number(), at, deducted, asked.id().toString()));
    }
    return postings;
  }

  private static Money share(RefundCase asked, int index) {
    return new Money(
        asked.lines().stream().mapToLong(line -> line.shares().get(index)).sum(),
        asked.amount().currency());
  }

  private static Money deducted(RefundCase asked) {
    return new Money(asked.deducted(), asked.amount().currency());
  }

  private static String account(Discount discount) {
    return switch (discount.kind()) {
      case PROMOTION -> Posting.PROMOTIONS;
      case COUPON -> Posting.COUPONS;
      case POINTS -> Posting.POINTS;
      case RED_PACKET -> Posting.RED_PACKETS;
    };
  }

  private static String reference(RefundCase asked, Discount discount) {
    return asked.id() + "/" + discount.kind().wire() + ":" + discount.id();
  }
}
