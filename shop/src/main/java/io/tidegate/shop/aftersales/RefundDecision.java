package io.tidegate.shop.aftersales;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about a refund that waits.
 *
 * @param stamp how the refund stood: see {@link RefundDetail#stamp}
 * @param reference where the way of money that went back by hand can be looked up
 * @param peopleWanted 2 where another person must decide the same (C6)
 * @param decidedBy who decided last; null while a second person is wanted
 */
public record RefundDecision(
    long id,
    String refund,
    String stamp,
    String action,
    @Nullable String reference,
    @Nullable String note,
    int peopleWanted,
    String proposedBy,
    Instant proposedAt,
    @Nullable String decidedBy,
    @Nullable Instant decidedAt) {

  public boolean isOpen() {
    return decidedBy == null;
  }
}
