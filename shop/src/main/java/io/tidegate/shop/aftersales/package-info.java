/**
 * The ways back: refunds that customers ask for before their goods have left, and returns after.
 *
 * <p>Owns: schema {@code aftersales}. Calls: ordering (what is refunded of an order), payment (the
 * money's number at the provider), effects (perks, taken back and given back), fulfilment (goods
 * held back), inventory (goods that can be sold again), notification, in its own transactions.
 * Hears: {@code refund.succeeded.v1}, {@code refund.reversed.v1}. Tells: {@code
 * refund.requested.v1}, {@code refund.approval_needed.v1}, {@code refund.refused.v1}.
 *
 * <p>The table of steps is {@link io.tidegate.shop.aftersales.WayBack}; what can be asked back,
 * {@code RequestRules}; what it costs, {@code RefundAmounts}.
 */
@NullMarked
package io.tidegate.shop.aftersales;

import org.jspecify.annotations.NullMarked;
