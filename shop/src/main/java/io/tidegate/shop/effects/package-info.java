/**
 * What follows a payment: seven effects, each beside its way back; and the way back of points,
 * coupons and red packets, which refunds take.
 *
 * <p>Owns: schema {@code effects} (decision: what orders bring, where others than our rules decide
 * or did); each effect is a row of the noun that it belongs to. Calls: points, marketing,
 * notification, fulfilment, and ordering's form of the paid order. Hears: {@code order.paid.v1},
 * one consumer for each effect. Tells: nothing; the nouns tell their own facts.
 */
@NullMarked
package io.tidegate.shop.effects;

import org.jspecify.annotations.NullMarked;
