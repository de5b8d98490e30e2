package io.tidegate.shop.reconciliation;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A business day at a provider.
 *
 * @param source {@code fetched}, {@code imported}; null: it has no statement yet
 * @param matched lines that our book has, too
 * @param problem why its statement could not be taken; null where it could
 */
public record Day(
    String provider,
    LocalDate day,
    State state,
    @Nullable String source,
    long lines,
    long matched,
    @Nullable Instant loadedAt,
    @Nullable Instant matchedAt,
    int tries,
    @Nullable Instant nextTryAt,
    @Nullable String problem) {

  /** How far it is. Codes are stored. */
  public enum State {
    WAITS(1),
    LOADED(2),
    MATCHED(3);

    private final int code;

    State(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State of(int code) {
      return values()[code - 1];
    }
  }

  /**
   * What both have of one type in one currency.
   *
   * @param theirs minor units, as {@code ours}
   */
  public record Sum(
      String type, String currency, long theirsRows, long theirs, long oursRows, long ours) {}
}
