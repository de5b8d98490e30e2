package io.tidegate.platform.messaging;

import java.util.List;

/** Where the relay sends the log. */
interface EventPublisher {

  /**
   * Sends events, in this order for each key, and returns when all are acknowledged.
   *
   * @throws PublishException when one was not; any of them may have been sent
   */
  void publish(List<LoggedEvent> events);
}
