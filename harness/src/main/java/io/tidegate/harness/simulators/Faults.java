package io.tidegate.harness.simulators;

import java.time.Duration;
import java.util.Set;

/** The fault in force at one simulated system, and the dice that decide which calls it strikes. */
final class Faults {
  /** What can strike a system that has no callbacks. */
  static final Set<FaultMode> CALLS =
      Set.of(
          FaultMode.OK,
          FaultMode.REFUSE,
          FaultMode.ERROR,
          FaultMode.RESET,
          FaultMode.TIMEOUT_DONE,
          FaultMode.TIMEOUT_NOT_DONE,
          FaultMode.LATE);

  static final Set<FaultMode> ALL = Set.of(FaultMode.values());

  private final Set<FaultMode> possible;
  private final Dice dice;
  private Fault fault = Fault.NONE;
  private long struck;

  Faults(Set<FaultMode> possible, long seed) {
    this.possible = possible;
    this.dice = new Dice(seed);
  }

  Set<FaultMode> possible() {
    return possible;
  }

  synchronized void set(Fault next) {
    fault = next;
    struck = 0;
  }

  synchronized Fault current() {
    return fault;
  }

  synchronized long struck() {
    return struck;
  }

  /**
   * The fault that strikes this call, or {@link Fault#NONE} when its mode is not among {@code
   * sensitive}, the dice spare it, or its count is used up.
   */
  Fault strike(Set<FaultMode> sensitive) {
    return strike(sensitive, false);
  }

  /** The same of a call about a refund. */
  Fault strikeRefund(Set<FaultMode> sensitive) {
    return strike(sensitive, true);
  }

  private synchronized Fault strike(Set<FaultMode> sensitive, boolean refund) {
    if (fault.mode() == FaultMode.OK
        || !sensitive.contains(fault.mode())
        || (fault.refundsOnly() && !refund)) {
      return Fault.NONE;
    }
    Long left = fault.count();
    if ((left != null && left <= 0) || dice.next() >= fault.share()) {
      return Fault.NONE;
    }
    Fault striking = fault;
    struck++;
    if (left != null) {
      fault =
          left == 1
              ? Fault.NONE
              : new Fault(
                  fault.mode(),
                  fault.latency(),
                  fault.share(),
                  left - 1,
                  fault.refundsOnly(),
                  fault.traceparent());
    }
    return striking;
  }

  /** What every answer takes longer, while the mode is ok. */
  synchronized Duration latency() {
    return fault.mode() == FaultMode.OK ? fault.latencyOr(Duration.ZERO) : Duration.ZERO;
  }
}
