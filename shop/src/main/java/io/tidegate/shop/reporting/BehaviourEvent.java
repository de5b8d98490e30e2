package io.tidegate.shop.reporting;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a customer did, as the customer's program tells it.
 *
 * @param happenedMicros when, in microseconds since 1970
 * @param session one visit, as the program counts them
 * @param query what was searched, normalised
 * @param region six digits
 * @param stars 1 to 5 of a review; else 0
 */
record BehaviourEvent(
    BehaviourType type,
    long happenedMicros,
    @Nullable String session,
    @Nullable String sku,
    @Nullable String category,
    @Nullable String query,
    @Nullable String region,
    int stars) {}
