package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A try to pay an order at a provider.
 *
 * @param method the way to pay that was asked for; empty where the provider has but one
 * @param version rises with each change; an update names the one it saw
 * @param cashierUrl what the customer pays with: see {@link #shows}
 * @param reference the provider's own name of it; empty where it has none, or was not heard
 * @param askAt when somebody asks the provider next; null when nobody needs to
 * @param asks how often it was asked
 */
public record Attempt(
    PaymentId id,
    String provider,
    String method,
    State state,
    int version,
    Money amount,
    @Nullable String cashierUrl,
    String reference,
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

  /** What a customer who was sent to the provider gets to pay before the provider is asked. */
  private static final int OPEN_ASK_FIRST_SECONDS = 25;

  private static final int OPEN_ASK_SECONDS = 45;

  /** One at a provider that has but one way to pay. */
  public static Attempt created(
      PaymentId id, String provider, Money amount, Instant now, Instant expiresAt) {
    return created(id, provider, "", amount, now, expiresAt);
  }

  public static Attempt created(
      PaymentId id, String provider, String method, Money amount, Instant now, Instant expiresAt) {
    return new Attempt(
        id,
        provider,
        method,
        State.CREATED,
        1,
        amount,
        null,
        "",
        now,
        expiresAt,
        null,
        askAfter(0, now),
        0);
  }

  /** What the customer pays with. */
  public enum Shows {
    /** An address, for a browser. */
    ADDRESS,
    /** The text of a code. */
    CODE,
    /** Signed parameters, JSON, for the provider's own script in its own browser. */
    PARAMETERS
  }

  public Shows shows() {
    return switch (method) {
      case "qr", "native" -> Shows.CODE;
      case "jsapi" -> Shows.PARAMETERS;
      default -> Shows.ADDRESS;
    };
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
    return opened(url, "");
  }

  /** The same, under the provider's own name. */
  public Attempt opened(@Nullable String url, String name) {
    return new Attempt(
        id,
        provider,
        method,
        State.PENDING,
        version + 1,
        amount,
        url,
        name,
        createdAt,
        expiresAt,
        capturedAt,
        askOnceOpen(),
        asks);
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
    Instant next =
        state == State.PENDING ? now.plusSeconds(OPEN_ASK_SECONDS) : askAfter(asks + 1, now);
    return with(state, cashierUrl, capturedAt, next, asks + 1);
  }

  /** The order is no longer payable: somebody closes it at the provider soon. */
  public Attempt toBeClosed(Instant now) {
    return with(state, cashierUrl, capturedAt, now, asks);
  }

  private Attempt with(
      State next, @Nullable String url, @Nullable Instant captured, @Nullable Instant ask, int n) {
    return new Attempt(
        id,
        provider,
        method,
        next,
        version + 1,
        amount,
        url,
        reference,
        createdAt,
        expiresAt,
        captured,
        ask,
        n);
  }

  /** Later, unless somebody wants to know sooner. */
  private @Nullable Instant askOnceOpen() {
    boolean asUsual = asks == 0 && askAfter(0, createdAt).equals(askAt);
    return asUsual ? createdAt.plusSeconds(OPEN_ASK_FIRST_SECONDS) : askAt;
  }

  private static Instant askAfter(int asks, Instant now) {
    return now.plusSeconds(ASK_AFTER_SECONDS[Math.min(asks, ASK_AFTER_SECONDS.length - 1)]);
  }
}
