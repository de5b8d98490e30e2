/**
 * Marketing: the coupons and red packets that paid orders bring.
 *
 * <p>Owns: schema {@code marketing} (coupon_template, coupon, red_packet). Calls: kernel. Hears and
 * tells: nothing; {@code effects} calls it. Keeps P1 (one grant per order and kind) by unique keys.
 */
@NullMarked
package io.tidegate.shop.marketing;

import org.jspecify.annotations.NullMarked;
