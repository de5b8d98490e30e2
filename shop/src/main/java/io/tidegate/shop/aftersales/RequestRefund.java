package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Cause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of an order are asked back.
 *
 * @param userId whose order it must be; null where staff ask for its customer
 * @param pieces empty: all that are left
 * @param received for pieces that came back; null for those that have not left
 * @param key null for what has a key of its own: a return is refunded once
 */
public record RequestRefund(
    OrderNumber order,
    @Nullable Long userId,
    List<Pieces> pieces,
    String reason,
    @Nullable Received received,
    @Nullable Key key,
    Cause cause) {

  /** Characters of a reason. */
  public static final int REASON_CHARS_MAX = 200;

  /** Pieces of a line. */
  public record Pieces(int line, int quantity) {}

  /**
   * Goods that came back.
   *
   * @param returnSeq the return's seq within the order
   * @param warehouse where they lie now
   */
  public record Received(int returnSeq, String warehouse) {}

  /**
   * An idempotency key.
   *
   * @param hash16 16 bytes of caller, route and key
   * @param commandHash 16 bytes over everything that was asked for
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Key(byte[] hash16, byte[] commandHash) {}

  public RequestRefund {
    pieces = List.copyOf(pieces);
  }

  public RefundKind kind() {
    return received == null ? RefundKind.BEFORE_SHIPPING : RefundKind.RETURN;
  }
}
