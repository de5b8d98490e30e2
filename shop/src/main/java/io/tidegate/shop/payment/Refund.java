package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Money on its way back to a customer.
 *
 * <pre>
 * requested -> at_provider, unknown -> succeeded -> reversed (the provider took it back)
 *     ^               |                               |
 *     +- retry -- needs_person (refused)              |
 *                     +------- ended by a person -----+
 * </pre>
 *
 * @param attempt the seq of the attempt whose capture is given back
 * @param amount at most what was captured
 * @param nextTryAt when the worker calls or asks the provider next; null when there is nothing to
 *     do
 * @param tries since it was requested, or since a person had it tried again
 * @param lastAnswer a short note of why it is not back, or in doubt, in the provider's own words,
 *     without personal data; null where nothing speaks against it
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
    @Nullable String lastAnswer,
    RefundCourse course) {

  /** Why it is given back. Codes are stored. */
  public enum Reason {
    SECOND(1),
    LATE(2),
    CUSTOMER(3),
    /** A parked capture, when a person says so. */
    PARKED(4);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** Its name in JSON. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Reason of(int code) {
      return values()[code - 1];
    }
  }

  /** Where it stands. Codes are stored. */
  public enum State {
    REQUESTED(1),
    AT_PROVIDER(2),
    /** It may have been done or not: asked for ever (M7). */
    UNKNOWN(3),
    /** Refused by the provider: nobody tries it until a person decides. */
    NEEDS_PERSON(4),
    SUCCEEDED(5),
    /** It had succeeded, and the provider took it back (M9): a person decides. */
    REVERSED(6),
    /** A person ended it; {@link End} says how. */
    ENDED(7);

    private final int code;

    State(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State of(int code) {
      return values()[code - 1];
    }
  }

  /** How a person ended it. Codes are stored. */
  public enum How {
    /** Another number takes its place, for the same purpose. */
    REPLACED(1),
    /** The money went back outside the provider. */
    BY_HAND(2),
    /** The money stays here. */
    GIVEN_UP(3);

    private final int code;

    How(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static How of(int code) {
      return values()[code - 1];
    }
  }

  /**
   * The end that a person gave it.
   *
   * @param reference where the money went that was settled by hand; else null
   */
  public record End(How how, Instant at, @Nullable String reference) {}

  /** After so many tries without an end a person sees it; it is still tried. */
  public static final int PERSON_AFTER_TRIES = 20;

  /** After so long without an end a person sees it; it is still tried. */
  public static final Duration PERSON_AFTER = Duration.ofMinutes(10);

  /** Of what a provider says, so much is kept. */
  public static final int ANSWER_CHARS_MAX = 300;

  private static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);

  /** All of a capture, requested now, tried at once. */
  public static Refund requested(RefundId id, Capture of, Reason reason, Instant now) {
    return requested(id, of, of.amount(), reason, now);
  }

  /** A part of a capture, requested now, tried at once. */
  public static Refund requested(
      RefundId id, Capture of, Money amount, Reason reason, Instant now) {
    return new Refund(
        id,
        of.provider(),
        of.payment().seq(),
        of.transaction(),
        amount,
        reason,
        State.REQUESTED,
        1,
        now,
        null,
        now,
        0,
        null,
        RefundCourse.from(now, null));
  }

  /** Whether the provider is still to say what becomes of it. */
  public boolean isOpen() {
    return switch (state) {
      case REQUESTED, AT_PROVIDER, UNKNOWN -> true;
      case NEEDS_PERSON, SUCCEEDED, REVERSED, ENDED -> false;
    };
  }

  /** Whether its money is back at the customer, by the provider or by hand. */
  public boolean isBack() {
    return state == State.SUCCEEDED || endedBy(How.BY_HAND);
  }

  public boolean endedBy(How how) {
    return course.end() != null && course.end().how == how;
  }

  /**
   * Its state in JSON: what a person ended is settled or refused. A replaced one is refused; its
   * successor is the one to look at.
   */
  public String wireState() {
    End end = course.end();
    return end == null ? state.wire() : end.how == How.BY_HAND ? "succeeded" : "refused";
  }

  /** A call is about to be made; where its answer never comes, the next one is due then. */
  public Refund calling(Instant now, Duration callMax) {
    State shown = state == State.REQUESTED ? State.AT_PROVIDER : state;
    return with(shown, succeededAt, now.plus(callMax), tries + 1, lastAnswer, course);
  }

  /**
   * The provider confirmed it.
   *
   * @param checkAt when it is asked whether that still stands
   */
  public Refund succeeded(Instant at, @Nullable Instant checkAt) {
    return with(
        State.SUCCEEDED, at, null, tries, null, course.checkedNext(checkAt, course.checks()));
  }

  /** The provider refused it, for good: nobody tries it until a person says so. */
  public Refund refused(String answer) {
    return with(State.NEEDS_PERSON, null, null, tries, clipped(answer), course);
  }

  /** Not there yet; tried again, later each time. */
  public Refund again(State next, String answer, Instant now) {
    return with(next, null, now.plus(backoff()), tries, clipped(answer), course);
  }

  /** The same; its next call has another key, since this one's answer is only repeated. */
  Refund withKeySpent() {
    return at(version, state, succeededAt, nextTryAt, tries, lastAnswer, course.keySpent());
  }

  /** The same, tried or asked for again then at the earliest. */
  Refund notTriedBefore(Instant earliest) {
    return !isOpen() || nextTryAt == null || !nextTryAt.isBefore(earliest)
        ? this
        : due(earliest, course.checkAt());
  }

  /** Whether its provider said that it succeeded, and nothing since that leaves a doubt. */
  boolean standsClearly() {
    return state == State.SUCCEEDED && lastAnswer == null && course.doubtSince() == null;
  }

  /** The same, tried or asked about then at the latest: its provider has told of it. */
  Refund hurried(Instant latest) {
    return switch (state) {
      case REQUESTED, AT_PROVIDER, UNKNOWN -> due(sooner(nextTryAt, latest), course.checkAt());
      case SUCCEEDED -> due(nextTryAt, sooner(course.checkAt(), latest));
      case ENDED -> succeededAt == null ? due(nextTryAt, sooner(course.checkAt(), latest)) : this;
      case NEEDS_PERSON, REVERSED -> this;
    };
  }

  /** The same, left to whoever has it until then. */
  Refund prolonged(Instant until) {
    return isOpen() ? due(until, course.checkAt()) : due(nextTryAt, until);
  }

  /** Whether its provider told of it since it was seen so: an answer may be older than that. */
  boolean isHurriedSince(Refund seen) {
    return version == seen.version
        && (isSooner(nextTryAt, seen.nextTryAt)
            || isSooner(course.checkAt(), seen.course.checkAt()));
  }

  private static Instant sooner(@Nullable Instant due, Instant latest) {
    return due != null && due.isBefore(latest) ? due : latest;
  }

  private static boolean isSooner(@Nullable Instant due, @Nullable Instant than) {
    return due != null && (than == null || due.isBefore(than));
  }

  private Refund due(@Nullable Instant next, @Nullable Instant check) {
    RefundCourse way = course.checkedNext(check, course.checks());
    return at(version, state, succeededAt, next, tries, lastAnswer, way);
  }

  /** It is about to be asked whether the success still stands. */
  public Refund checking(Instant now, Duration callMax) {
    return with(
        state,
        succeededAt,
        nextTryAt,
        tries,
        lastAnswer,
        course.checkedNext(now.plus(callMax), course.checks()));
  }

  /**
   * It was asked about, and stands as it did.
   *
   * @param checks how many of its usual looks are done
   */
  public Refund stands(int checks, @Nullable Instant checkAt) {
    return with(
        state,
        succeededAt,
        nextTryAt,
        tries,
        state == State.SUCCEEDED ? null : lastAnswer,
        course.checkedNext(checkAt, checks).doubted(null));
  }

  /** Nobody could say whether the success still stands. */
  public Refund checkedInVain(String answer, Instant now) {
    return with(
        state,
        succeededAt,
        nextTryAt,
        tries,
        clipped(answer),
        course.checkedNext(now.plus(BACKOFF_MAX), course.checks()));
  }

  /** Whether the success still stands is not clear: a person looks at it meanwhile. */
  Refund doubted(String answer, Instant now) {
    Refund next = checkedInVain(answer, now);
    Instant since = course.doubtSince() == null ? now : course.doubtSince();
    return with(state, succeededAt, nextTryAt, tries, next.lastAnswer, next.course.doubted(since));
  }

  /** The provider took the money back (M9). */
  public Refund reversed(String answer, Instant now) {
    return with(State.REVERSED, succeededAt, null, tries, clipped(answer), course.reversed(now));
  }

  /** A person has it tried again, or asked for again, under the same number. */
  Refund retried(Instant now) {
    // What was refused is called anew; what may have been done is asked for first (M7).
    return state == State.NEEDS_PERSON
        ? with(State.REQUESTED, null, now, 0, lastAnswer, course.triedFrom(now))
        : with(state, succeededAt, now, tries, lastAnswer, course);
  }

  /**
   * A person ended it.
   *
   * @param checkAt when the provider is asked whether it went back all the same; null: not
   */
  Refund ended(End end, @Nullable Instant checkAt) {
    return with(State.ENDED, succeededAt, null, tries, lastAnswer, course.ended(end, checkAt));
  }

  /** The provider gave it back although a person had ended it: another person looks at that. */
  Refund backAfterEnd(String answer, Instant at, Instant now) {
    return with(
        State.ENDED,
        at,
        null,
        tries,
        clipped(answer),
        course.checkedNext(null, course.checks()).doubted(now));
  }

  /** Whether its money went back after a person had ended it. */
  public boolean isBackAfterEnd() {
    return state == State.ENDED && succeededAt != null && course.reversedAt() == null;
  }

  /** The same purpose under another number. */
  Refund successor(RefundId next, Instant now) {
    return new Refund(
        next,
        provider,
        attempt,
        transaction,
        amount,
        reason,
        State.REQUESTED,
        1,
        now,
        null,
        now,
        0,
        null,
        RefundCourse.from(now, id.seq()));
  }

  private Duration backoff() {
    Duration wait = BACKOFF_FIRST.multipliedBy(1L << Math.min(Math.max(0, tries - 1), 20));
    return wait.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : wait;
  }

  private static String clipped(String answer) {
    return answer.length() <= ANSWER_CHARS_MAX ? answer : answer.substring(0, ANSWER_CHARS_MAX);
  }

  private Refund with(
      State next,
      @Nullable Instant done,
      @Nullable Instant due,
      int n,
      @Nullable String answer,
      RefundCourse way) {
    return at(version + 1, next, done, due, n, answer, way);
  }

  private Refund at(
      int v,
      State next,
      @Nullable Instant done,
      @Nullable Instant due,
      int n,
      @Nullable String answer,
      RefundCourse way) {
    return new Refund(
        id,
        provider,
        attempt,
        transaction,
        amount,
        reason,
        next,
        v,
        createdAt,
        done,
        due,
        n,
        answer,
        way);
  }
}
