package io.tidegate.harness.simulators;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault as somebody set it.
 *
 * @param latency absent: the mode's own default
 * @param share of the calls that the mode could strike, 0 to 1
 * @param count how many more calls it strikes; absent: without end
 * @param refundsOnly whether it strikes nothing but calls about refunds
 * @param traceparent that a notice which it strikes is sent with; absent: none
 */
record Fault(
    FaultMode mode,
    @Nullable Duration latency,
    double share,
    @Nullable Long count,
    boolean refundsOnly,
    @Nullable String traceparent) {
  static final Fault NONE = new Fault(FaultMode.OK, null, 1, null);

  Fault(FaultMode mode, @Nullable Duration latency, double share, @Nullable Long count) {
    this(mode, latency, share, count, false, null);
  }

  /** Longer than any client of a provider waits. */
  static final Duration HOLD = Duration.ofSeconds(35);

  static final Duration LATE = Duration.ofSeconds(30);
  static final Duration REVERSED_AFTER = Duration.ofSeconds(5);

  Duration latencyOr(Duration other) {
    return latency == null ? other : latency;
  }
}
