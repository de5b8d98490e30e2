/**
 * Marketing: coupons, which paid orders bring, staff issue and customers claim, and red packets,
 * which paid orders bring; what orders hold and use of both, and what refunds take back and give
 * back.
 *
 * <p>Owns: schema {@code marketing} (coupon_template, coupon_issue, coupon, coupon_reclaim,
 * coupon_return, red_packet, red_packet_take, red_packet_reclaim, red_packet_return). Calls:
 * kernel, staff, catalog (categories, languages), promotion (scopes). Hears and tells: nothing;
 * {@code effects} calls it for grants and for their way back, {@code ordering} for what an order
 * holds, in its own transaction. Keeps P1 (one grant per order and kind) by unique keys, its part
 * of P2-P4, and its half of P5: a coupon names the one order that has it, and comes back once.
 */
@NullMarked
package io.tidegate.shop.marketing;

import org.jspecify.annotations.NullMarked;
