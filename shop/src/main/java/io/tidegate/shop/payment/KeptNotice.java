package io.tidegate.shop.payment;

import java.time.Instant;
import java.util.Locale;

/**
 * What a provider sent, masked, and what became of it.
 *
 * @param why in a few words; empty where nothing speaks against it
 * @param payment the payment that it is about; empty where that is not known
 * @param body without secrets and without a trace of who paid
 */
public record KeptNotice(
    Instant at, String provider, Verdict verdict, String why, String payment, String body) {

  /** What became of it. Stored by its name in lower case. */
  public enum Verdict {
    /** It changed something. */
    TAKEN,
    /** It was known (C2). */
    REPEATED,
    /** Verified, and nothing to do; also where it is about nothing of ours. */
    NOTED,
    /** For somebody else's account: parked (M3). */
    MISDIRECTED,
    /** Its order has left the database: noted for a person. */
    LATE,
    /** Forged, stale or unreadable. */
    REJECTED,
    /** What it is about is not here. */
    NOT_FOUND,
    /** The system could not take it; it comes again. */
    NOT_NOW;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Verdict of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }

  /** Of a reason so much is kept. */
  static final int WHY_CHARS_MAX = 200;

  public KeptNotice {
    why = why.length() <= WHY_CHARS_MAX ? why : why.substring(0, WHY_CHARS_MAX);
  }
}
