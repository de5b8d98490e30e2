package io.tidegate.shop.ordering;

import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.fulfilment.Carriage;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponFit;
import io.tidegate.shop.ordering.Discount.Kind;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.promotion.Saving;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a basket costs whoever wishes so. Pure; the same for a quote and for placing.
 *
 * <p>Promotions come first, then the coupon, then points, which pay a share of what is left, then
 * red packets; each takes from every line what the line still costs its part of, to the unit (M12).
 * Freight goes by what the goods cost when promotions are taken off, so that no perk makes it
 * dearer, and is paid with money.
 */
final class Pricing {

  /** What becomes of a wish that goes further than it may. */
  enum Excess {
    /** It is refused: a customer who asks is told. */
    REFUSED,
    /** It counts as far as it may: what was quoted is never refused because a price fell. */
    CUT
  }

  private final Basket basket;
  private final Instant at;
  private final Excess excess;
  private final List<Discount> discounts = new ArrayList<>(0);
  private List<Long> left;

  private Pricing(Basket basket, Instant at, Excess excess) {
    this.basket = basket;
    this.at = at;
    this.excess = excess;
    this.left = basket.left();
    for (Saving saving : basket.promotions()) {
      List<Long> shares = LongStream.of(saving.perLine()).boxed().toList();
      discounts.add(new Discount(Kind.PROMOTION, saving.id(), shares));
    }
  }

  /**
   * Prices a basket.
   *
   * @param region the 6-digit code of the district it goes to
   */
  static Outcome<Priced, Refusal> price(
      Tariff tariff, Basket basket, String region, Wishes wishes, Instant at, Excess excess) {
    Pricing pricing = new Pricing(basket, at, excess);
    Refusal refusal = pricing.takeCoupon(wishes.coupon());
    if (refusal == null) {
      refusal = pricing.takePoints(tariff, wishes.points());
    }
    if (refusal != null) {
      return Outcome.refused(refusal);
    }
    pricing.takePackets(wishes.packets());
    Carriage carriage =
        tariff.carry(wishes.courier(), region, basket.grams(), basket.goods(), basket.currency());
    return switch (carriage) {
      case Carriage.By by -> Outcome.applied(pricing.priced(by.offer().id(), by.offer().fee()));
      case Carriage.Unpriced _ -> Outcome.applied(pricing.priced(null, 0));
      case Carriage.NoSuchCourier _ -> Outcome.refused(new Refusal.NotCarried(true));
      case Carriage.NotThere _ -> Outcome.refused(new Refusal.NotCarried(false));
    };
  }

  private @Nullable Refusal takeCoupon(@Nullable Coupon coupon) {
    if (coupon == null) {
      return null;
    }
    long[] now = left.stream().mapToLong(Long::longValue).toArray();
    return switch (coupon.saves(basket.lines(), now, basket.currency(), at)) {
      case CouponFit.Saves(long[] perLine) -> {
        take(Kind.COUPON, coupon.id(), LongStream.of(perLine).boxed().toList());
        yield null;
      }
      case CouponFit.Unfit(CouponFit.Why why) ->
          excess == Excess.CUT && isOfTheMoment(why)
              ? null
              : new Refusal.CouponUnavailable(why.code());
    };
  }

  /** Whether it may fit at another moment's prices; else it is not there to be used any more. */
  private static boolean isOfTheMoment(CouponFit.Why why) {
    return switch (why) {
      case HELD, USED, RECLAIMED -> false;
      case NOT_YET_VALID, EXPIRED, OTHER_CURRENCY, OUT_OF_SCOPE, BELOW_MINIMUM, NOTHING_TO_SAVE ->
          true;
    };
  }

  private @Nullable Refusal takePoints(Tariff tariff, long wanted) {
    if (wanted == 0) {
      return null;
    }
    Money goods = new Money(Shares.sum(left), basket.currency());
    long most = tariff.points().pointsMax(goods);
    if (wanted > most && excess == Excess.REFUSED) {
      return new Refusal.PointsAboveShare(most);
    }
    long points = Math.min(wanted, most);
    if (points > 0) {
      split(Kind.POINTS, points, tariff.points().worth(points).amount());
    }
    return null;
  }

  private void takePackets(List<Wishes.PacketWish> packets) {
    for (Wishes.PacketWish packet : packets) {
      long amount =
          packet.currency().equals(basket.currency())
              ? Math.min(packet.most(), Shares.sum(left))
              : 0;
      if (amount > 0) {
        split(Kind.RED_PACKET, packet.id(), amount);
      }
    }
  }

  private void split(Kind kind, long id, long amount) {
    take(kind, id, Shares.split(amount, left, basket.currency()));
  }

  private void take(Kind kind, long id, List<Long> shares) {
    left = Shares.minus(left, shares);
    discounts.add(new Discount(kind, Long.toString(id), shares));
  }

  private Priced priced(@Nullable String courier, long freight) {
    List<OrderItem> items = new ArrayList<>(left.size());
    for (int i = 0; i < left.size(); i++) {
      Offer offer = basket.offers().get(i);
      long unitPrice = offer.price().amount();
      int quantity = basket.lines().get(i).quantity();
      long discount = Math.multiplyExact(unitPrice, (long) quantity) - left.get(i);
      items.add(new OrderItem(offer.sku(), offer.title(), quantity, unitPrice, discount));
    }
    return new Priced(
        List.copyOf(items),
        List.copyOf(discounts),
        courier,
        Amounts.of(basket.currency(), items, freight),
        at);
  }
}
