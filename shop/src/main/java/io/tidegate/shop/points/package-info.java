/**
 * Points: what a customer's orders have earned, what orders hold and spend of it, and what refunds
 * take back and give back.
 *
 * <p>Owns: schema {@code points} (account, entry, reclaim). Calls: kernel. Hears and tells:
 * nothing; {@code effects} calls it for grants and for their way back, {@code ordering} for what an
 * order holds, in its own transaction. Keeps P1 (one grant per order and kind), its part of P2-P4
 * (a refund takes what was granted, what lacks is deducted or owed) and P6: a balance is the sum of
 * its entries and never below 0.
 */
@NullMarked
package io.tidegate.shop.points;

import org.jspecify.annotations.NullMarked;
