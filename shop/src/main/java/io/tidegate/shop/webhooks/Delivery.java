package io.tidegate.shop.webhooks;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to a subscription.
 *
 * @param position of the event in the log; null for a test
 * @param tries begun so far
 * @param nextTryAt when it is tried next, or when the try under way counts as lost; null at its end
 * @param why what kept the last try from success; null for nothing
 * @param status that the receiver answered last; null where it never did
 */
public record Delivery(
    long id,
    long subscription,
    @Nullable Long position,
    String type,
    State state,
    int tries,
    @Nullable Instant nextTryAt,
    @Nullable String why,
    @Nullable Integer status,
    Instant createdAt,
    @Nullable Instant triedAt,
    @Nullable Instant endedAt) {

  /** The type that a test has. */
  public static final String TEST_TYPE = "webhook.test.v1";

  /** How far it is. */
  public enum State {
    WAITING,
    SENDING,
    DELIVERED,
    FAILED;

    /** Its name in JSON and tables. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing happens any more unless somebody wishes so. */
    public boolean isOver() {
      return switch (this) {
        case WAITING, SENDING -> false;
        case DELIVERED, FAILED -> true;
      };
    }
  }

  /** The {@code webhook-id}: the same for an event at every try, and whenever it is sent again. */
  public String webhookId() {
    return position == null ? "test_" + id : "evt_" + position;
  }
}
