package io.tidegate.harness.simulators;

import java.util.Locale;
import java.util.Optional;

/** What a struck call suffers. The latency of a fault means something else in each. */
enum FaultMode {
  /** Nothing; the latency is added to every answer. */
  OK,
  /** The other side says no and does nothing; answered after the latency. */
  REFUSE,
  /** A 500 and nothing done; answered after the latency. */
  ERROR,
  /** The connection is closed without an answer, after the latency; nothing done. */
  RESET,
  /** The work is done, the answer is held for the latency. */
  TIMEOUT_DONE,
  /** Nothing is done, and a 504 comes after the latency. */
  TIMEOUT_NOT_DONE,
  /** The callback goes out twice at once under one notify id. */
  DUPLICATE,
  /** The callback is answered before the call that caused it is; creating a payment captures it. */
  EARLY,
  /** The callback leaves after the latency; where a side has no callbacks, the answer does. */
  LATE,
  /** The callback tells one minor unit too much; the book stays right. */
  WRONG_AMOUNT,
  /** The callback carries a signature that does not verify, also when it is repeated. */
  BAD_SIGNATURE,
  /** A refund succeeds, and the provider takes it back after the latency. */
  REVERSE;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<FaultMode> ofWireName(String text) {
    for (FaultMode mode : values()) {
      if (mode.wireName().equals(text)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
