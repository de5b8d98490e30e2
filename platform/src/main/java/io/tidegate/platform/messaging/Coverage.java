package io.tidegate.platform.messaging;

/**
 * What the delivery audit can say of a consumer now.
 *
 * @param consumer whose
 * @param looked events that it hears, at or below the position that is settled
 * @param missing those of them without a receipt and not parked; 0 unless something was lost
 * @param parked those of them that are retried or dead
 */
public record Coverage(String consumer, long looked, long missing, long parked) {}
