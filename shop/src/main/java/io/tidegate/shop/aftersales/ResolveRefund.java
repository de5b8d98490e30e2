package io.tidegate.shop.aftersales;

import io.tidegate.shop.payment.RefundChoice;
import org.jspecify.annotations.Nullable;

/**
 * A person decides about a refund that waits.
 *
 * @param refund the id of a customer's refund or of an automatic one
 * @param stamp how it stood when it was looked at; null where any will do
 * @param reference where the money's way can be looked up; for what went back by hand only
 * @param staff the token's subject
 */
public record ResolveRefund(
    String refund,
    @Nullable String stamp,
    RefundChoice choice,
    @Nullable String reference,
    @Nullable String note,
    String staff,
    String traceparent) {

  /** Characters of a note or reference. */
  public static final int TEXT_CHARS_MAX = 200;

  public ResolveRefund {
    if ((choice == RefundChoice.BY_HAND) != (reference != null)) {
      throw new IllegalArgumentException("a reference belongs to what was settled by hand");
    }
  }
}
