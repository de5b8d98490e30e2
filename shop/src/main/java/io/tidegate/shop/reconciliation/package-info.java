/**
 * Our book against the providers' statements, a business day at a time, line by line (M11).
 *
 * <p>Owns: schema {@code reconciliation}: statements' lines, days, sums, and the differences with
 * what became of each. Calls: payment (its book, refunds, providers), ordering (a capture that is
 * found takes the same way as a notice), aftersales (decides about refunds that wait), staff (acts
 * on record). Hears and tells nothing: what a difference leads to is told by whose it is.
 */
@NullMarked
package io.tidegate.shop.reconciliation;

import org.jspecify.annotations.NullMarked;
