package io.tidegate.shop.webhooks;

import io.tidegate.shop.webhooks.Verdict.Receiver.Slower;
import java.time.Instant;

/**
 * What tries said of a receiver.
 *
 * @param triedAt when the last of them began
 */
record ReceiverNews(Verdict.Receiver receiver, Instant triedAt) {

  /** With what another try said of the same kind: the longer pause counts, and the later try. */
  ReceiverNews and(ReceiverNews later) {
    Instant at = triedAt.isAfter(later.triedAt) ? triedAt : later.triedAt;
    boolean longer =
        receiver instanceof Slower(var pause)
            && later.receiver instanceof Slower(var other)
            && pause.compareTo(other) > 0;
    return new ReceiverNews(longer ? receiver : later.receiver, at);
  }
}
