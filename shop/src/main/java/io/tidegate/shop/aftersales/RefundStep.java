package io.tidegate.shop.aftersales;

import java.time.Instant;

/**
 * One step of a refund's history.
 *
 * @param what happened, such as {@code shipment_stopped}
 * @param actor who did it: {@code customer:42}, {@code staff:li}, {@code provider}, {@code system}
 */
public record RefundStep(int version, Instant at, RefundState state, String what, String actor) {}
