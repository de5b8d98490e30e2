package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a capture is parked (M3), and what a person decided about it.
 *
 * @param fate null: it waits
 * @param decidedAt null: it waits
 * @param taken what the provider says it took, where its notice had said something else
 * @param note why it was dismissed
 */
public record Parking(
    Why why,
    @Nullable Fate fate,
    @Nullable Instant decidedAt,
    @Nullable Money taken,
    @Nullable String note) {

  /** Codes are stored. */
  public enum Why {
    /** Another amount or currency than its order's. */
    AMOUNT(1),
    /** For somebody else's account or app. */
    MISDIRECTED(2);

    private final int code;

    Why(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** Rows of before the reason was written were of another amount. */
    static Why of(int code) {
      return code == 2 ? MISDIRECTED : AMOUNT;
    }
  }

  /** Codes are stored. */
  public enum Fate {
    RETURNED(1),
    DISMISSED(2);

    private final int code;

    Fate(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    static Fate of(int code) {
      return values()[code - 1];
    }
  }

  /** One that waits. */
  public static Parking because(Why why) {
    return new Parking(why, null, null, null, null);
  }

  /** It goes back. */
  Parking returned(@Nullable Money really, Instant at) {
    return new Parking(why, Fate.RETURNED, at, really, null);
  }

  Parking dismissed(String because, Instant at) {
    return new Parking(why, Fate.DISMISSED, at, taken, because);
  }
}
