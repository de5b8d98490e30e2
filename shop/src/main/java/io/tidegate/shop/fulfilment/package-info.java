/**
 * Goods leave the house: which warehouse has them, parcels, carriers, tracking.
 *
 * <p>Owns: schema {@code fulfilment} (warehouse, task, shipment, held_back, tracking, courier,
 * freight_rule); what carrying costs is decided by {@link io.tidegate.shop.fulfilment.Freight} from
 * memory. Calls: kernel; {@code staff}, who are on record when they edit freight or move a parcel
 * by hand; {@code inventory} for goods on hand, {@code catalog} for the revision that an edit of
 * freight raises; {@code customer} for the address, at the moment in which a warehouse of others is
 * told; warehouses and carriers outside, from a worker of its own that nobody waits for. Hears:
 * paid orders, from {@code effects} above; what a warehouse of others reports, signed. Tells:
 * {@code shipment.planned.v1}, {@code picked}, {@code packed}, {@code shipped}, {@code delivered},
 * {@code cancelled}. Refund against ship is decided under the lock of the task's row: a refund
 * takes its pieces out of parcels that are not packed, or is refused.
 */
@NullMarked
package io.tidegate.shop.fulfilment;

import org.jspecify.annotations.NullMarked;
