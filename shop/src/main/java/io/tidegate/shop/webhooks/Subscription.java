package io.tidegate.shop.webhooks;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where events are sent to, and how that goes. Its secrets are not part of it.
 *
 * @param types that are wanted, such as {@code order.paid.v1} or {@code order.*}; empty for all
 * @param state stands with the reason where it is disabled
 * @param sinceHorizon events of earlier horizons are not sent
 * @param oldSecretUntil until then the secret before signs, too; null where there is none
 * @param failingSince when the first try failed after which none succeeded; null for none
 * @param slowUntil nothing is sent before; null for at once
 * @param slowSteps how often it asked to be slower since it took something
 */
public record Subscription(
    long id,
    String url,
    List<String> types,
    String description,
    State state,
    @Nullable Why why,
    long sinceHorizon,
    @Nullable Instant oldSecretUntil,
    @Nullable Instant failingSince,
    @Nullable Instant slowUntil,
    int slowSteps,
    String by,
    Instant createdAt,
    Instant changedAt) {

  /** Whether it is sent anything. */
  public enum State {
    ACTIVE,
    DISABLED,
    /** Nobody sees it; its rows go bit by bit. */
    DELETED;

    /** Its name in JSON and tables. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  /** Why one is disabled. */
  public enum Why {
    /** Somebody wished so. */
    BY_HAND,
    /** The receiver answered 410. */
    GONE,
    /** It failed for days, and never succeeded between. */
    FAILING,
    /** Too many deliveries wait for it. */
    BACKLOG;

    /** Its name in JSON and tables. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Why of(@Nullable String code) {
      return code == null ? null : valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  public Subscription {
    types = List.copyOf(types);
  }
}
