package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.Locale;

/**
 * A line of a provider's statement: money that moved there.
 *
 * @param number ours: the payment's id, or the refund's number
 * @param transaction the provider's own number of a payment; empty where it has none
 * @param amount above zero, whichever way it went
 */
public record StatementLine(
    Type type, String number, String transaction, Money amount, Instant at) {

  /** What a statement can tell. Codes are stored. */
  public enum Type {
    PAYMENT(1),
    REFUND(2),
    /** A refund that the provider took back. */
    REVERSAL(3);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Type of(int code) {
      return values()[code - 1];
    }
  }

  /** Of a number or a transaction. */
  public static final int CHARS_MAX = 64;

  public StatementLine {
    if (number.isEmpty() || number.length() > CHARS_MAX || transaction.length() > CHARS_MAX) {
      throw new IllegalArgumentException("a line without its number, or with one too long");
    }
    if (amount.amount() <= 0) {
      throw new IllegalArgumentException("a line that moves nothing");
    }
  }

  /** The order that its number names; 0 where it is none of ours. */
  public long order() {
    return type == Type.PAYMENT
        ? PaymentId.parse(number).map(id -> id.order().value()).orElse(0L)
        : RefundId.parse(number).map(id -> id.order().value()).orElse(0L);
  }

  /** The seq that its number names; 0 where it is none of ours. */
  public int seq() {
    return type == Type.PAYMENT
        ? PaymentId.parse(number).map(PaymentId::seq).orElse(0)
        : RefundId.parse(number).map(RefundId::seq).orElse(0);
  }
}
