/**
 * Goods leave the house: which warehouse has them, parcels, carriers, tracking.
 *
 * <p>Owns: schema {@code fulfilment} (warehouse, task, shipment, tracking). Calls: {@code
 * inventory} for goods on hand; warehouses and carriers outside, from a worker of its own that
 * nobody waits for. Hears: paid orders, from {@code effects} above. Tells: {@code
 * shipment.planned.v1}, {@code picked}, {@code packed}, {@code shipped}, {@code delivered}, {@code
 * cancelled}. Refund against ship is decided by a compare-and-set on the task's row.
 */
@NullMarked
package io.tidegate.shop.fulfilment;

import org.jspecify.annotations.NullMarked;
