package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.RefundKey;
import java.time.Instant;

/**
 * What a refund is to take back of the perks that its order has brought: what the order would not
 * have brought for the part that is kept.
 *
 * @param refund the number of its case within the order, from 1
 * @param paidTotal what the order was paid with: its perks were granted for that
 * @param keptBefore what was left of it, less all refunds before this one that were not refused
 * @param keptAfter what is left of it with this one; 0 takes all
 * @param deductMost how much smaller the refund may get by what was spent already: its amount, or 0
 *     where that is kept as debt
 * @param at when it was requested
 */
public record TakeBack(
    long order,
    int refund,
    long userId,
    Money paidTotal,
    Money keptBefore,
    Money keptAfter,
    Money deductMost,
    Instant at) {

  public TakeBack {
    if (keptAfter.amount() < 0
        || deductMost.amount() < 0
        || keptBefore.minus(keptAfter).amount() < 0
        || paidTotal.minus(keptBefore).amount() < 0) {
      throw new IllegalArgumentException(
          "of %s are kept %s, then %s; deducted at most %s"
              .formatted(paidTotal, keptBefore, keptAfter, deductMost));
    }
  }

  public RefundKey key() {
    return new RefundKey(order, refund);
  }
}
