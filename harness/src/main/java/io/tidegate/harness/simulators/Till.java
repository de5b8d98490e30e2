package io.tidegate.harness.simulators;

import java.util.Set;

/**
 * A simulated payment provider as its cashier sees it.
 *
 * @param provider its name in the shop's API
 * @param notices its words about what was settled
 */
record Till(String provider, SandboxBook book, Captures captures, Notices notices, Faults faults) {

  /** Captures a payment at once where that fault strikes, and returns when it was told. */
  void early(String payment) throws InterruptedException {
    if (faults.strike(Set.of(FaultMode.EARLY)).mode() == FaultMode.EARLY) {
      captures.captureAndWait(payment);
    }
  }
}
