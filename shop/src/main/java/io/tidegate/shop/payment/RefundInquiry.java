package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What providers say of refunds: written with the rows that it moves in the ledger and with its
 * event. A number that a person wants to end is asked for here a last time.
 */
public final class RefundInquiry {

  private static final Logger log = LoggerFactory.getLogger(RefundInquiry.class);

  private final Database database;
  private final EventLog events;
  private final Runnable published;
  private final Map<String, PaymentProvider> providers;
  private final Supplier<String> newTraceparent;
  private final RefundChecks checks;

  public RefundInquiry(
      Database database,
      EventLog events,
      Runnable published,
      Map<String, PaymentProvider> providers,
      Supplier<String> newTraceparent,
      RefundChecks checks) {
    this.database = database;
    this.events = events;
    this.published = published;
    this.providers = Map.copyOf(providers);
    this.newTraceparent = newTraceparent;
    this.checks = checks;
  }

  /** What a provider says of a number that a person wants to end. */
  public enum Said {
    /** Its money is not back, and not under way: it may be ended. */
    NOT_BACK,
    /** Its money is back, and takes its usual way. */
    BACK,
    /** It may be done, or be done yet: it is not ended (M7). */
    OPEN
  }

  /**
   * Asks a last time, with the call's time-out, so never in a transaction: a call that was given up
   * here may have arrived there. What it says is good for this version of the refund only.
   */
  public Said beforeEnd(Refund refund) {
    PaymentProvider provider = providers.get(refund.provider());
    Return answer = provider == null ? elsewhere(refund) : provider.queryRefund(refund);
    boolean reversed = refund.state() == Refund.State.REVERSED;
    return switch (answer) {
      case Return.Failed _, Return.Absent _ -> Said.NOT_BACK;
      case Return.Succeeded _ -> {
        if (reversed) { // it contradicts itself: what it took back is in the book as taken back
          log.warn("refund {} is back again, says the provider that took it back", refund.id());
          yield Said.OPEN;
        }
        note(refund, answer);
        yield Said.BACK;
      }
      case Return.Processing _ -> {
        if (!reversed) {
          note(refund, answer); // so that it is asked for again
        }
        yield Said.OPEN;
      }
      case Return.Unknown _ -> Said.OPEN;
    };
  }

  /** What is known of a number whose provider can't be asked from here. */
  static Return elsewhere(Refund refund) {
    return refund.provider().equals(PaymentProvider.MADE_UP)
        ? new Return.Failed("the payment is made up: no provider took it")
        : new Return.Unknown("no such provider here");
  }

  /** When providers are asked again about what is done. */
  public RefundChecks checks() {
    return checks;
  }

  /**
   * Writes what a provider answered to a call or a question, unless somebody changed the refund.
   */
  void note(Refund seen, Return answer) {
    write(seen, now -> notTooSoon(decide(seen, answer, checks, now), now));
  }

  /** A provider that is asked too soon may say that a refund never came, which did. */
  private Refund notTooSoon(Refund next, Instant now) {
    return next.notTriedBefore(known(next, now));
  }

  private Instant known(Refund refund, Instant now) {
    PaymentProvider provider = providers.get(refund.provider());
    return provider == null ? now : now.plus(provider.refundKnownAfter());
  }

  /** Writes what it answered to a success that it did not know any more and was sent again. */
  void noteSentAgain(Refund seen, Return answer) {
    write(seen, now -> sentAgain(seen, answer, checks, now));
  }

  /**
   * Writes that a success is not known any more at a provider that doesn't know numbers for ever:
   * it may be there under another name, so a person looks, and nothing is sent.
   */
  void noteForgotten(Refund seen) {
    write(
        seen,
        now ->
            seen.doubted(
                "not known there after its success; not sent again, for it may move twice", now));
  }

  private void write(Refund seen, Function<Instant, Refund> decision) {
    try {
      database.write(
          "refund-answer",
          tx -> {
            Refund held = RefundStore.held(tx, seen.id()).orElse(seen);
            Instant now = tx.now();
            Refund decided = decision.apply(now);
            // What the provider told meanwhile may be newer than its answer: it is asked again.
            Refund next = held.isHurriedSince(seen) ? decided.hurried(known(seen, now)) : decided;
            RefundStore.update(tx, seen, next);
            tell(tx, seen, next, now);
            return next;
          });
      published.run();
    } catch (DatabaseFailure.Conflict e) {
      log.warn("refund {} was changed by somebody else meanwhile", seen.id());
    }
  }

  private void tell(Tx tx, Refund before, Refund next, Instant now) {
    if (next.state() == Refund.State.SUCCEEDED
        && next.course().doubtSince() != null
        && before.course().doubtSince() == null) {
      log.warn("refund {} succeeded, and is in doubt: {}", next.id(), next.lastAnswer());
    }
    if (next.isBackAfterEnd() && !before.isBackAfterEnd()) {
      log.warn("refund {} went back after its end: {}", next.id(), next.lastAnswer());
      PaymentStore.post(tx, List.of(Posting.undue(next, now)));
      append(tx, RefundEventsJson.FAILED, next, now);
    }
    if (next.state() == before.state()) {
      return;
    }
    switch (next.state()) {
      case SUCCEEDED -> {
        PaymentStore.post(tx, List.of(Posting.refunded(next, now)));
        append(tx, RefundEventsJson.SUCCEEDED, next, now);
      }
      case REVERSED -> {
        log.warn("refund {} was taken back by its provider", next.id());
        PaymentStore.post(tx, List.of(Posting.reversed(next, now)));
        append(tx, RefundEventsJson.REVERSED, next, now);
      }
      case NEEDS_PERSON -> append(tx, RefundEventsJson.FAILED, next, now);
      case REQUESTED, AT_PROVIDER, UNKNOWN, ENDED -> {}
    }
  }

  private void append(Tx tx, String type, Refund refund, Instant now) {
    events.append(tx, List.of(RefundEventsJson.event(type, refund, now, newTraceparent.get())));
  }

  /** What an answer makes of a refund. */
  static Refund decide(Refund refund, Return answer, RefundChecks checks, Instant now) {
    return switch (refund.state()) {
      case SUCCEEDED -> looked(refund, answer, checks, now);
      case ENDED -> afterEnd(refund, answer, checks, now);
      case REQUESTED, AT_PROVIDER, UNKNOWN, NEEDS_PERSON, REVERSED ->
          tried(refund, answer, checks, now);
    };
  }

  /** A call that was still under way when a person ended the number can succeed after that. */
  private static Refund afterEnd(Refund refund, Return answer, RefundChecks checks, Instant now) {
    Refund.End end = Objects.requireNonNull(refund.course().end());
    return switch (answer) {
      case Return.Succeeded(Instant at) -> refund.backAfterEnd(meaning(end.how()), at, now);
      case Return.Failed _, Return.Absent _ -> stands(refund, end.at(), checks, now);
      case Return.Processing _ -> refund.checkedInVain("processing, after its end", now);
      case Return.Unknown(String why, boolean _) -> refund.checkedInVain(why, now);
    };
  }

  /** What a person reads who finds it in the list. */
  private static String meaning(Refund.How how) {
    return "its money went back after it was ended: "
        + switch (how) {
          case REPLACED -> "twice, where the number in its place succeeds too";
          case BY_HAND -> "twice, by hand and by the provider";
          case GIVEN_UP -> "the shop had kept it";
        };
  }

  private static Refund tried(Refund refund, Return answer, RefundChecks checks, Instant now) {
    return switch (answer) {
      case Return.Succeeded(Instant at) -> refund.succeeded(at, checks.next(now, 0, now));
      case Return.Processing _ -> refund.again(Refund.State.AT_PROVIDER, "processing", now);
      case Return.Absent _ -> refund.again(Refund.State.AT_PROVIDER, "not arrived", now);
      case Return.Unknown(String why, boolean keySpent) -> {
        Refund again = refund.again(Refund.State.UNKNOWN, why, now);
        yield keySpent ? again.withKeySpent() : again;
      }
      case Return.Failed(String why) -> refund.refused(why);
    };
  }

  private static Refund stands(Refund refund, Instant since, RefundChecks checks, Instant now) {
    int done = checks.doneAfter(since, refund.course().checks(), now);
    return refund.stands(done, checks.next(since, done, now));
  }

  /** A success that is looked at again stands until the provider says plainly that it doesn't. */
  private static Refund looked(Refund refund, Return answer, RefundChecks checks, Instant now) {
    return switch (answer) {
      case Return.Succeeded _ ->
          stands(refund, Objects.requireNonNull(refund.succeededAt()), checks, now);
      case Return.Failed(String why) -> refund.reversed(why, now);
      case Return.Processing _ -> refund.checkedInVain("processing, after its success", now);
      case Return.Absent _ -> refund.checkedInVain("not known there, after its success", now);
      case Return.Unknown(String why, boolean _) -> refund.checkedInVain(why, now);
    };
  }

  /**
   * A refusal to send it again is no reversal: it may be refused because the money is back already.
   * A person looks at it, and it is asked about still.
   */
  static Refund sentAgain(Refund refund, Return answer, RefundChecks checks, Instant now) {
    return switch (answer) {
      case Return.Failed(String why) ->
          refund.doubted("not known there after its success, and refused again: " + why, now);
      case Return.Succeeded _, Return.Processing _, Return.Absent _, Return.Unknown _ ->
          looked(refund, answer, checks, now);
    };
  }
}
