package io.tidegate.shop.kernel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.List;
import java.util.stream.LongStream;

/**
 * An amount in a currency's minor unit (fen for CNY, yen for JPY), exact.
 *
 * @param amount minor units; may be negative in a difference
 * @param currency an ISO 4217 code
 */
public record Money(long amount, String currency) {

  public static final String CNY = "CNY";

  public Money {
    if (currency.length() != 3) {
      throw new IllegalArgumentException("no ISO 4217 code: " + currency);
    }
  }

  public static Money cny(long fen) {
    return new Money(fen, CNY);
  }

  public static Money zero(String currency) {
    return new Money(0, currency);
  }

  public Money plus(Money other) {
    return new Money(Math.addExact(amount, same(other).amount), currency);
  }

  public Money minus(Money other) {
    return new Money(Math.subtractExact(amount, same(other).amount), currency);
  }

  public Money times(long count) {
    return new Money(Math.multiplyExact(amount, count), currency);
  }

  public boolean isZero() {
    return amount == 0;
  }

  /** Digits after the point when shown: 2 for CNY, 0 for JPY, 3 for KWD. */
  public int fractionDigits() {
    return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
  }

  /** As people write it: {@code 19.90}. */
  public String decimal() {
    return BigDecimal.valueOf(amount, fractionDigits()).toPlainString();
  }

  /**
   * Splits it by weights without losing a unit: each part is rounded down, and the units left go
   * one each to the parts that lost most, first ones first.
   *
   * @param weights none negative, at least one positive
   */
  public List<Money> split(List<Long> weights) {
    long sum = weights.stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
    if (sum <= 0 || weights.stream().anyMatch(weight -> weight < 0) || amount < 0) {
      throw new IllegalArgumentException("can't split " + amount + " by " + weights);
    }
    int count = weights.size();
    long[] parts = new long[count];
    long[] remainders = new long[count];
    long left = amount;
    for (int i = 0; i < count; i++) {
      var product =
          BigInteger.valueOf(amount)
              .multiply(BigInteger.valueOf(weights.get(i)))
              .divideAndRemainder(BigInteger.valueOf(sum));
      parts[i] = product[0].longValueExact();
      remainders[i] = product[1].longValueExact();
      left -= parts[i];
    }
    for (; left > 0; left--) {
      int most = 0;
      for (int i = 1; i < count; i++) {
        if (remainders[i] > remainders[most]) {
          most = i;
        }
      }
      parts[most]++;
      remainders[most] = -1;
    }
    return LongStream.of(parts).mapToObj(part -> new Money(part, currency)).toList();
  }

  private Money same(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(currency + " and " + other.currency + " don't add");
    }
    return other;
  }
}
