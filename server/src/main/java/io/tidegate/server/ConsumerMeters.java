package io.tidegate.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.messaging.Messaging;
import java.util.Collection;

/** How much each consumer of a process does. */
final class ConsumerMeters {

  private ConsumerMeters() {}

  static void register(MeterRegistry meters, Messaging messaging, Collection<String> consumers) {
    for (String consumer : consumers) {
      FunctionCounter.builder("tidegate.consumer.handled", messaging, all -> all.handled(consumer))
          .description("Events whose receipts the consumer committed here, repeats among them")
          .tag("consumer", consumer)
          .register(meters);
    }
  }
}
