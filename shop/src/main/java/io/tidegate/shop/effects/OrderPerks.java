package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrant;
import java.util.Optional;

/** What an order brings for the part of its paid total that is kept; for all of it, all. */
interface OrderPerks {

  long points(Money kept);

  Money packet(Money kept);

  /** Empty where this part brings none, or none that is the same. */
  Optional<CouponGrant> coupon(Money kept);

  /** Nothing: it was withheld. */
  OrderPerks NOTHING =
      new OrderPerks() {
        @Override
        public long points(Money kept) {
          return 0;
        }

        @Override
        public Money packet(Money kept) {
          return Money.zero(kept.currency());
        }

        @Override
        public Optional<CouponGrant> coupon(Money kept) {
          return Optional.empty();
        }
      };
}
