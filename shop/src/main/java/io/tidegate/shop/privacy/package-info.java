/**
 * What is kept of a person: shown to the person, and erased when the person or the staff ask for
 * it. Orders stay, without the people in them.
 *
 * <p>Owns: schema {@code privacy} (kept_order). Calls: kernel; {@code staff}, who are on record
 * when they erase somebody; {@code customer} for addresses, consignees and invoices, {@code cart},
 * {@code notification} for whom messages went to, {@code aftersales} for what they wrote about
 * refunds and returns, {@code ordering} for whose orders they are and whether they are at their
 * end, {@code flashsale} for entries of draws, {@code reporting} for orders that have left the
 * database. Hears and tells nothing.
 */
@NullMarked
package io.tidegate.shop.privacy;

import org.jspecify.annotations.NullMarked;
