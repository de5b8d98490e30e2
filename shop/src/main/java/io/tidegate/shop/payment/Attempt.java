package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
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
 * @param askedAt when it was asked last; null: never, or before this was kept
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
    int asks,
    @Nullable Instant askedAt) {

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
   * What has no answer yet, or was not opened yet, is asked about after these seconds, the last one
   * again and again.
   */
  private static final int[] ASK_AFTER_SECONDS = {5, 10, 20, 30, 45};

  /** What a customer who was sent to the provider gets to pay before the provider is asked. */
  private static final int OPEN_ASK_FIRST_SECONDS = 25;

  private static final Duration OPEN_ASK = Duration.ofSeconds(45);

  /**
   * Who is taken later than this after its time shows that more is due than can be asked: with the
   * usual wait a lost notice is found within a minute until then (L1).
   */
  static final Duration LATE_MIN = Duration.ofSeconds(10);

  /**
   * Where more is due than can be asked, a wait is at most this part of what it is open for: 45 s
   * until an age of four and a half minutes, in which most customers pay, then more and more.
   */
  private static final int ASK_AGE_PART = 6;

  /** And it is longer than usual by at most so many times what it was late. */
  private static final int ASK_LATE_TIMES = 4;

  /** The longest wait (C4): 100,000 that are open for 24 h are some 110 questions a second then. */
  static final Duration ASK_MAX = Duration.ofMinutes(15);

  /** A customer's look has the provider asked at once, if it was not within this time. */
  static final Duration LOOK_MIN = Duration.ofSeconds(10);

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
        now.plus(askAfter(0)),
        0,
        null);
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
        asks,
        askedAt);
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

  /**
   * Asked once more without an end: it stays open, so it is asked about again (L1), and when its
   * time is over. Where more is due than can be asked, what is open for long waits longer.
   */
  public Attempt askedAgain(Instant now) {
    Duration usual = usualWait();
    Duration late = askAt == null ? Duration.ZERO : Duration.between(askAt, now);
    Duration wait = usual;
    if (late.compareTo(LATE_MIN) > 0) {
      Duration most = usual.plus(late.multipliedBy(ASK_LATE_TIMES));
      Duration byAge = longer(usual, Duration.between(createdAt, now));
      wait = byAge.compareTo(most) > 0 ? most : byAge;
    }
    Instant next = now.plus(wait);
    Instant due = now.isBefore(expiresAt) && next.isAfter(expiresAt) ? expiresAt : next;
    return asked(due, asks + 1, now);
  }

  /** Nobody here can ask its provider: it is looked at again, and that is no asking. */
  Attempt putOff(Instant now) {
    return with(state, cashierUrl, capturedAt, now.plus(ASK_MAX), asks);
  }

  /**
   * The same, asked about as often as if it had been begun then: what nobody may pay any more is
   * closed soon, however old it is.
   */
  public Attempt askedAsSince(Instant since, Instant now) {
    Instant next = now.plus(longer(OPEN_ASK, Duration.between(since, now)));
    return askAt == null || !next.isBefore(askAt)
        ? this
        : with(state, cashierUrl, capturedAt, next, asks);
  }

  /**
   * Whether its customer, who was sent to the provider and now looks at it here, may have paid
   * without our knowing: asked then, but not again and again for one who keeps looking.
   */
  public boolean isWorthALook(Instant now) {
    Instant last = askedAt == null ? createdAt : askedAt;
    return state == State.PENDING
        && askAt != null
        && askAt.isAfter(now)
        && !now.isBefore(last.plus(LOOK_MIN));
  }

  /** It is asked about at once. */
  public Attempt askedSoon(Instant now) {
    return with(state, cashierUrl, capturedAt, now, asks);
  }

  /** The order is no longer payable: somebody closes it at the provider soon. */
  public Attempt toBeClosed(Instant now) {
    return askedSoon(now);
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
        n,
        askedAt);
  }

  private Attempt asked(Instant next, int n, Instant now) {
    return new Attempt(
        id,
        provider,
        method,
        state,
        version + 1,
        amount,
        cashierUrl,
        reference,
        createdAt,
        expiresAt,
        capturedAt,
        next,
        n,
        now);
  }

  /** Later, unless somebody wants to know sooner. */
  private @Nullable Instant askOnceOpen() {
    boolean asUsual = asks == 0 && createdAt.plus(askAfter(0)).equals(askAt);
    return asUsual ? createdAt.plusSeconds(OPEN_ASK_FIRST_SECONDS) : askAt;
  }

  private Duration usualWait() {
    return state == State.PENDING ? OPEN_ASK : askAfter(asks + 1);
  }

  private static Duration longer(Duration usual, Duration age) {
    Duration grown = age.dividedBy(ASK_AGE_PART);
    Duration wait = grown.compareTo(usual) > 0 ? grown : usual;
    return wait.compareTo(ASK_MAX) > 0 ? ASK_MAX : wait;
  }

  private static Duration askAfter(int asks) {
    return Duration.ofSeconds(ASK_AFTER_SECONDS[Math.min(asks, ASK_AFTER_SECONDS.length - 1)]);
  }
}
