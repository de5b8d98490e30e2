package io.tidegate.shop.fulfilment;

import java.time.Instant;

/**
 * A parcel whose last step failed.
 *
 * @param since when the first failed of those in a row
 */
public record StuckParcel(Shipment shipment, Instant since) {}
