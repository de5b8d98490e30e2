/**
 * What people who work here did, on record.
 *
 * <p>Owns: schema {@code staff}. Calls: nothing. Hears and tells nothing; whoever lets staff act
 * writes the act down in the same transaction. Shows the audit log.
 */
@NullMarked
package io.tidegate.shop.staff;

import org.jspecify.annotations.NullMarked;
