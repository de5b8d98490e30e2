package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponFit.Saves;
import io.tidegate.shop.marketing.CouponFit.Unfit;
import io.tidegate.shop.marketing.CouponFit.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer's coupon with the terms of its template.
 *
 * <pre>
 *   granted <-> held -> used -> granted   (the order that used it was refunded in full)
 *   granted <-> reclaimed                 (a refund of the order that brought it; back: refused)
 *   withheld                              (it came while its customer owed one)
 * </pre>
 *
 * <p>One that ends while an order holds it stays good for that order.
 *
 * @param id rises with time
 * @param orderNumber the order that brought it; null where staff issued it or a code was claimed
 * @param heldBy the order that holds it or has used it
 * @param validTo no longer valid from here on
 */
public record Coupon(
    long id,
    long userId,
    CouponTerms terms,
    @Nullable Long orderNumber,
    GrantState state,
    @Nullable Long heldBy,
    Instant grantedAt,
    Instant validFrom,
    Instant validTo) {

  /** How long a coupon is good at least, once a refund has given it back. */
  public static final Duration GOOD_AFTER_RETURN_MIN = Duration.ofDays(7);

  /** Whether it can be used at a moment, given an order that fits. */
  public boolean isUsable(Instant now) {
    return unusable(now) == null;
  }

  /**
   * What it takes off a basket. It is measured by what promotions have left to pay of the goods
   * that it is for, and split over them so that no fen is lost (M12).
   *
   * @param left minor units left to pay of each line, none negative; not changed
   * @param at the moment at which it must be good
   */
  public CouponFit saves(List<BasketLine> lines, long[] left, String currency, Instant at) {
    if (lines.size() != left.length) {
      throw new IllegalArgumentException(lines.size() + " lines, " + left.length + " amounts");
    }
    Why why = unusable(at);
    if (why != null) {
      return new Unfit(why);
    }
    if (!currency.equals(terms.currency())) {
      return new Unfit(Why.OTHER_CURRENCY);
    }
    List<Long> weights = new ArrayList<>(left.length);
    long goods = 0;
    boolean inScope = false;
    for (int i = 0; i < left.length; i++) {
      boolean covered = terms.scope().covers(lines.get(i).sku(), lines.get(i).category());
      inScope |= covered;
      weights.add(covered ? left[i] : 0);
      goods = Math.addExact(goods, covered ? left[i] : 0);
    }
    if (!inScope) {
      return new Unfit(Why.OUT_OF_SCOPE);
    }
    if (goods < terms.spendMin().amount()) {
      return new Unfit(Why.BELOW_MINIMUM);
    }
    long off = terms.off().of(goods);
    if (off == 0) {
      return new Unfit(Why.NOTHING_TO_SAVE);
    }
    return new Saves(
        new Money(off, currency).split(weights).stream().mapToLong(Money::amount).toArray());
  }

  /** An order that waits for its payment takes it. */
  public Outcome<Coupon, Why> hold(long order, Instant at) {
    if (isOf(order)) {
      return Outcome.alreadyApplied(this);
    }
    Why why = unusable(at);
    return why == null ? Outcome.applied(with(GrantState.HELD, order)) : Outcome.refused(why);
  }

  /**
   * The order that held it is closed or cancelled: it goes back to its customer. Where the order
   * doesn't hold it, it has given it back before.
   */
  public Outcome<Coupon, Why> release(long order) {
    if (!isOf(order)) {
      return Outcome.alreadyApplied(this);
    }
    return state == GrantState.USED
        ? Outcome.refused(Why.USED)
        : Outcome.applied(with(GrantState.GRANTED, null));
  }

  /** The order that holds it is paid. */
  public Outcome<Coupon, Why> use(long order) {
    if (isOf(order)) {
      return state == GrantState.USED
          ? Outcome.alreadyApplied(this)
          : Outcome.applied(with(GrantState.USED, order));
    }
    return Outcome.refused(
        switch (state) {
          case GRANTED, HELD -> Why.HELD; // not by this order
          case USED, SPENT -> Why.USED;
          case RECLAIMED, WITHHELD -> Why.RECLAIMED;
        });
  }

  private boolean isOf(long order) {
    return heldBy != null && heldBy == order;
  }

  private @Nullable Why unusable(Instant at) {
    return switch (state) {
      case HELD -> Why.HELD;
      case USED, SPENT -> Why.USED;
      case RECLAIMED, WITHHELD -> Why.RECLAIMED;
      case GRANTED -> {
        if (at.isBefore(validFrom)) {
          yield Why.NOT_YET_VALID;
        }
        yield at.isBefore(validTo) ? null : Why.EXPIRED;
      }
    };
  }

  private Coupon with(GrantState next, @Nullable Long order) {
    return new Coupon(id, userId, terms, orderNumber, next, order, grantedAt, validFrom, validTo);
  }
}
