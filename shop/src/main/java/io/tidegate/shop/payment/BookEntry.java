package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Money in our book, as a statement's line would tell it.
 *
 * @param order the order's number
 * @param seq of the attempt, or of the refund
 * @param at when it moved; null where it has not, by our book
 * @param state in words, such as {@code parked} or {@code needs_person}
 */
public record BookEntry(
    StatementLine.Type type,
    long order,
    int seq,
    String transaction,
    Money amount,
    @Nullable Instant at,
    String state) {

  /** Its number in a statement. */
  public String number() {
    return order + (type == StatementLine.Type.PAYMENT ? "p" : "r") + seq;
  }
}
