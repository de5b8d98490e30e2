package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Money on its way back to a customer.
 *
 * @param attempt the seq of the attempt whose capture is given back
 * @param nextTryAt when the worker calls or asks the provider next; null when there is nothing to
 *     do
 * @param lastAnswer a short note of what the provider said, without personal data
 */
public record Refund(
    RefundId id,
    String provider,
    int attempt,
    String transaction,
    Money amount,
    Reason reason,
    State state,
    int version,
    Instant createdAt,
    @Nullable Instant succeededAt,
    @Nullable Instant nextTryAt,
    int tries,
    @Nullable String lastAnswer) {

  /** Why it is given back. Codes are stored. */
  public enum Reason {
    SECOND(1),
    LATE(2),
    CUSTOMER(3);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public static Reason of(int code) {
      return values()[code - 1];
    }
  }

  /** Where it stands. Codes are stored. */
  public enum State {
    REQUESTED(1),
    AT_PROVIDER(2),
    UNKNOWN(3),
    NEEDS_PERSON(4),
    SUCCEEDED(5);

    private final int code;

    State(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static State of(int code) {
      return values()[code - 1];
    }
  }

  /** After so many tries without an end a person looks at it; it is still tried. */
  public static final int PERSON_AFTER_TRIES = 20;

  private static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);

  /** Requested now, tried at once. */
  public static Refund requested(RefundId id, Capture of, Reason reason, Instant now) {
    return new Refund(
        id,
        of.provider(),
        of.payment().seq(),
        of.transaction(),
        of.amount(),
        reason,
        State.REQUESTED,
        1,
        now,
        null,
        now,
        0,
        null);
  }

  /** A call is about to be made; where its answer never comes, the next one is due then. */
  public Refund calling(Instant now, Duration callMax) {
    return with(kept(State.AT_PROVIDER), null, now.plus(callMax), tries + 1, lastAnswer);
  }

  public Refund succeeded(Instant at) {
    return with(State.SUCCEEDED, at, null, tries, lastAnswer);
  }

  /** Not there yet; tried again, later each time. */
  public Refund again(State next, String answer, Instant now) {
    State shown = tries >= PERSON_AFTER_TRIES ? State.NEEDS_PERSON : next;
    return with(kept(shown), null, now.plus(backoff()), tries, answer);
  }

  /** What waits for a person waits until its money is back, whatever is answered meanwhile. */
  private State kept(State next) {
    return state == State.NEEDS_PERSON ? state : next;
  }

  private Duration backoff() {
    Duration wait = BACKOFF_FIRST.multipliedBy(1L << Math.min(Math.max(0, tries - 1), 20));
    return wait.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : wait;
  }

  private Refund with(
      State next, @Nullable Instant done, @Nullable Instant due, int n, @Nullable String answer) {
    return new Refund(
        id,
        provider,
        attempt,
        transaction,
        amount,
        reason,
        next,
        version + 1,
        createdAt,
        done,
        due,
        n,
        answer);
  }
}
