package io.tidegate.harness.simulators;

import org.jspecify.annotations.Nullable;

/** A provider's words to a merchant about a payment that is settled. */
interface Notices {
  /**
   * A notice; null where the provider says nothing of it.
   *
   * @param wrongAmount whether it tells one minor unit too much
   * @param forged whether its signature does not verify
   */
  @Nullable Notice of(Payment payment, boolean wrongAmount, boolean forged);

  /** The provider's own number of what it took for a payment. */
  String transaction(Payment payment, Payment.Captured captured);
}
