package io.tidegate.shop.fulfilment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a carrier said about a parcel.
 *
 * @param status the carrier's word, such as {@code in_transit}
 */
public record TrackingEvent(Instant at, String status, @Nullable String place, String text) {

  static final String DELIVERED = "delivered";
}
