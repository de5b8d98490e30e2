package io.tidegate.shop.notification;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded message.
 *
 * @param id rises with time
 * @param about as in {@link NewMessage}
 * @param why a short code when it failed or is tried again
 * @param tries how often sending was begun
 */
public record Message(
    long id,
    long orderNumber,
    long userId,
    String template,
    String about,
    Channel channel,
    Map<String, String> details,
    MessageState state,
    @Nullable String why,
    int tries,
    Instant createdAt,
    @Nullable Instant sentAt) {

  public Message {
    details = Map.copyOf(details);
  }

  /** Its name at the provider, the same in every try. */
  String providerId() {
    return orderNumber + "-" + template + (about.isEmpty() ? "" : "-" + about);
  }
}
