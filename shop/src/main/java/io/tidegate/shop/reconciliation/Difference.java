package io.tidegate.shop.reconciliation;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.StatementLine;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider's statement and our book differ.
 *
 * @param order 0 where the number is none of ours
 * @param theirs null where they have nothing
 * @param ours null where we have nothing
 * @param oursState in words; null where we have nothing
 * @param resolved null while it is open
 * @param said what the provider said when it was asked last
 */
public record Difference(
    long id,
    String provider,
    LocalDate day,
    StatementLine.Type type,
    String number,
    String transaction,
    long order,
    int seq,
    Kind kind,
    @Nullable Side theirs,
    @Nullable Side ours,
    @Nullable String oursState,
    int version,
    @Nullable Resolved resolved,
    @Nullable String said,
    Instant foundAt) {

  /**
   * What one of the two has.
   *
   * @param at null where it has not moved
   */
  public record Side(Money amount, @Nullable Instant at) {}

  /**
   * What became of it.
   *
   * @param how {@code settled} (both say the same by now), {@code other_day} or {@code accepted}
   * @param by who accepted it; else null
   */
  public record Resolved(String how, Instant at, @Nullable String by, @Nullable String note) {}

  public boolean isOpen() {
    return resolved == null;
  }
}
