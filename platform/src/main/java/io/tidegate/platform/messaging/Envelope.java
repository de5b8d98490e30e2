package io.tidegate.platform.messaging;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.rocketmq.common.message.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as messages: CloudEvents 1.0 in binary mode, attributes in user properties, data in the
 * body.
 */
final class Envelope {

  private static final Logger log = LoggerFactory.getLogger(Envelope.class);
  private static final int PROPERTIES_BYTES = 320;

  private Envelope() {}

  static Message message(String topic, String source, LoggedEvent event) {
    Message message = new Message(topic, event.type(), Long.toString(event.key()), event.data());
    message.putUserProperty("ce_specversion", "1.0");
    message.putUserProperty("ce_id", Long.toString(event.position()));
    message.putUserProperty("ce_source", source);
    message.putUserProperty("ce_type", event.type());
    message.putUserProperty("ce_subject", Long.toString(event.key()));
    message.putUserProperty("ce_time", event.time().toString());
    message.putUserProperty("ce_partitionkey", Long.toString(event.key()));
    message.putUserProperty("ce_sequence", event.sequence());
    if (!event.traceparent().isEmpty()) {
      message.putUserProperty("traceparent", event.traceparent());
    }
    return message;
  }

  /** What a message takes, roughly. */
  static int bytes(LoggedEvent event) {
    return event.data().length
        + event.traceparent().getBytes(StandardCharsets.UTF_8).length
        + PROPERTIES_BYTES;
  }

  /** The event of a message; empty for a message that is none of ours. */
  static Optional<LoggedEvent> event(Message message) {
    try {
      return Optional.of(
          new LoggedEvent(
              Long.parseLong(property(message, "ce_id")),
              property(message, "ce_type"),
              Long.parseLong(property(message, "ce_partitionkey")),
              Integer.parseInt(property(message, "ce_sequence")),
              Instant.parse(property(message, "ce_time")),
              orEmpty(message.getUserProperty("traceparent")),
              message.getBody() == null ? new byte[0] : message.getBody()));
    } catch (IllegalArgumentException | DateTimeException e) {
      log.warn("a message on {} is no event of ours: {}", message.getTopic(), e.getMessage());
      return Optional.empty();
    }
  }

  private static String property(Message message, String name) {
    @Nullable String value = message.getUserProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
