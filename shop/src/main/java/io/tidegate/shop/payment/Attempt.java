package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A try to pay an order at a provider.
 *
 * @param version rises with each change; an update names the one it saw
 * @param askAt when somebody asks the provider next; null when nobody needs to
 * @param asks how often it was asked
 */
public record Attempt(
    PaymentId id,
    String provider,
    State state,
    int version,
    Money amount,
    @Nullable String cashierUrl,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant capturedAt,
    @Nullable Instant askAt,
    int asks) {

  /** Where an attempt stands. Codes are stored. */
  public enum State {
    CREATED(1),
    PENDING(2),
    UNKNOWN(3),
    CAPTURED(4),
    FAILED(5),
    CLOSED(6),
    PARKED(7);

    private final int code;

    State(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** Its name in JSON. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State of(int code) {
      return values()[code - 1];
    }
  }

  /**
   * A lost callback is found within 60 s (C4, L1): an open attempt is asked for after these
   * seconds, the last one again and again.
   */
  private static final int[] ASK_AFTER_SECONDS = {5, 10, 20, 30, 45};

  public static Attempt created(
      PaymentId id, String provider, Money amount, Instant now, Instant expiresAt) {
    return new Attempt(
        id, provider, State.CREATED, 1, amount, null, now, expiresAt, null, askAfter(0, now), 0);
  }

  /** Whether the provider may still take money for it. */
  public boolean isOpen() {
    return switch (state) {
      case CREATED, PENDING, UNKNOWN -> true;
      case CAPTURED, FAILED, CLOSED, PARKED -> false;
    };
  }

  /** The provider took it over; the customer can pay at this address. */
  public Attempt opened(@Nullable String url) {
    return with(State.PENDING, url, capturedAt, askAt, asks);
  }

  /** The provider did not answer: it may have it or not. */
  public Attempt unknown() {
    return with(State.UNKNOWN, cashierUrl, capturedAt, askAt, asks);
  }

  public Attempt failed() {
    return with(State.FAILED, cashierUrl, null, null, asks);
  }

  public Attempt closed() {
    return with(State.CLOSED, cashierUrl, null, null, asks);
  }

  public Attempt captured(Instant at) {
    return with(State.CAPTURED, cashierUrl, at, null, asks);
  }

  public Attempt parked() {
    return with(State.PARKED, cashierUrl, null, null, asks);
  }

  /** Asked once more without an end: it stays open, so it is asked about again (L1). */
  public Attempt askedAgain(Instant now) {
    return with(state, cashierUrl, capturedAt, askAfter(asks + 1, now), asks + 1);
  }

  /** The order is no longer payable: somebody closes it at the provider soon. */
  public Attempt toBeClosed(Instant now) {
    return with(state, cashierUrl, capturedAt, now, asks);
  }

  private Attempt with(
      State next, @Nullable String url, @Nullable Instant captured, @Nullable Instant ask, int n) {
    return new Attempt(
        id, provider, next, version + 1, amount, url, createdAt, expiresAt, captured, ask, n);
  }

  private static Instant askAfter(int asks, Instant now) {
    return now.plusSeconds(ASK_AFTER_SECONDS[Math.min(asks, ASK_AFTER_SECONDS.length - 1)]);
  }
}
