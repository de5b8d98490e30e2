package io.tidegate.platform.messaging;

import java.util.List;

/** What a consumer waits for. */
sealed interface Arrival {

  /**
   * What one pull brought.
   *
   * @param from whose it is
   * @param nextOffset where the queue goes on after it
   */
  record Pulled(QueuePuller from, List<LoggedEvent> events, long nextOffset) implements Arrival {}

  /** Nothing: the consumer is closed. */
  record Closing() implements Arrival {}
}
