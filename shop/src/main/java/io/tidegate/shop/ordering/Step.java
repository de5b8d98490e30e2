package io.tidegate.shop.ordering;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of an order's history.
 *
 * @param from null for the first
 * @param fact what happened, such as {@code order.paid}
 * @param actor who did it: {@code customer:42}, {@code provider:sandbox}, {@code staff:li}, {@code
 *     system}
 */
public record Step(
    int version,
    Instant at,
    @Nullable Status from,
    Status to,
    String fact,
    String actor,
    String traceId) {}
