package io.tidegate.harness.bench;

import java.time.Instant;

/** A provider's requests that tell a capture, whole and signed, as they go out. */
@FunctionalInterface
interface CallbackRequests {
  /**
   * One of them; called by many threads.
   *
   * @param serial makes the provider's own number
   */
  byte[] of(Unpaid paid, Instant now, long serial);
}
