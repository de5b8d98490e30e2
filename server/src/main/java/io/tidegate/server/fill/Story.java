package io.tidegate.server.fill;

import io.tidegate.shop.fulfilment.PastParcel;
import io.tidegate.shop.ordering.PastOrder;
import io.tidegate.shop.ordering.PlaceOrder;
import org.jspecify.annotations.Nullable;

/**
 * One order's past.
 *
 * @param command what its customer asked for
 * @param parcel null: it was never paid
 */
record Story(PlaceOrder command, PastOrder order, @Nullable PastParcel parcel) {}
