package io.tidegate.shop.payment;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.Refund.End;
import io.tidegate.shop.payment.Refund.How;
import io.tidegate.shop.payment.Refund.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person decides about a refund that waits, in the transaction of whoever lets people
 * decide. The caller holds the order's lock, so that nobody else takes the order's next number.
 */
public final class RefundDecisions {

  private final EventLog events;
  private final RefundChecks checks;

  /** For decisions whose ends are looked at at the usual times. */
  public RefundDecisions(EventLog events) {
    this(events, RefundChecks.USUAL);
  }

  /**
   * @param checks when the provider of an ended number is asked whether its money went back
   */
  public RefundDecisions(EventLog events, RefundChecks checks) {
    this.events = events;
    this.checks = checks;
  }

  /** Why nothing was decided. */
  public enum Refusal {
    NOT_FOUND,
    /** It doesn't wait for this: see {@link RefundChoice#of}. */
    NOT_WAITING,
    /** It has changed since it was looked at. */
    VERSION_CONFLICT
  }

  /**
   * A decision.
   *
   * @param version of the refund, as it was seen
   * @param reference for {@code BY_HAND}: where the money's way can be looked up; else null
   * @param traceparent of the request that asks for it
   */
  public record Decide(
      RefundId refund,
      int version,
      RefundChoice choice,
      @Nullable String reference,
      String traceparent) {

    public Decide {
      if ((choice == RefundChoice.BY_HAND) != (reference != null)) {
        throw new IllegalArgumentException("a reference belongs to what was settled by hand");
      }
    }
  }

  /**
   * What became of it.
   *
   * @param refund the one that was decided about, as it is now
   * @param live the one that goes on: its successor after {@code NEW_NUMBER}, else itself
   */
  public record Decided(Refund refund, Refund live) {}

  /** Decides, once: the same decision again is already applied. */
  public Outcome<Decided, Refusal> decide(Tx tx, Decide command) {
    List<Refund> all = RefundStore.lock(tx, new long[] {command.refund.order().value()});
    Refund refund = find(all, command.refund.seq());
    if (refund == null) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    if (refund.version() != command.version) {
      Decided before = before(all, refund, command);
      return before == null
          ? Outcome.refused(Refusal.VERSION_CONFLICT)
          : Outcome.alreadyApplied(before);
    }
    if (!RefundChoice.of(refund).contains(command.choice)) {
      return Outcome.refused(Refusal.NOT_WAITING);
    }
    Instant now = tx.now();
    return Outcome.applied(
        switch (command.choice) {
          case RETRY -> retry(tx, refund, now);
          case NEW_NUMBER -> replace(tx, all, refund, command, now);
          case BY_HAND -> end(tx, refund, How.BY_HAND, command, now);
          case GIVE_UP -> end(tx, refund, How.GIVEN_UP, command, now);
        });
  }

  private static Decided retry(Tx tx, Refund refund, Instant now) {
    Refund next = refund.retried(now);
    RefundStore.update(tx, refund, next);
    return new Decided(next, next);
  }

  /** The old number is ended in the transaction that writes the new one: never both are live. */
  private Decided replace(Tx tx, List<Refund> all, Refund refund, Decide command, Instant now) {
    int last = all.stream().mapToInt(each -> each.id().seq()).max().orElse(0);
    Refund successor = refund.successor(new RefundId(refund.id().order(), last + 1), now);
    End end = new End(How.REPLACED, now, null);
    Refund ended = ended(refund, end);
    RefundStore.update(tx, refund, ended);
    RefundStore.request(tx, List.of(successor));
    events.append(
        tx, List.of(RefundEventsJson.ended(ended, end, successor, now, command.traceparent)));
    return new Decided(ended, successor);
  }

  /** A number that was reversed is spent at its provider: no call of it is under way. */
  private Refund ended(Refund refund, End end) {
    return refund.ended(
        end, refund.state() == State.REVERSED ? null : checks.next(end.at(), 0, end.at()));
  }

  private Decided end(Tx tx, Refund refund, How how, Decide command, Instant now) {
    End end = new End(how, now, command.reference);
    Refund ended = ended(refund, end);
    RefundStore.update(tx, refund, ended);
    PaymentStore.post(
        tx, List.of(how == How.BY_HAND ? Posting.byHand(ended, now) : Posting.givenUp(ended, now)));
    events.append(tx, List.of(RefundEventsJson.ended(ended, end, ended, now, command.traceparent)));
    return new Decided(ended, ended);
  }

  /** What the same decision, taken at the same version, has led to; null where it was another. */
  private static @Nullable Decided before(List<Refund> all, Refund refund, Decide command) {
    if (refund.version() != command.version + 1) {
      return null;
    }
    return switch (command.choice) {
      case RETRY -> refund.state() == State.REQUESTED ? new Decided(refund, refund) : null;
      case NEW_NUMBER ->
          refund.endedBy(How.REPLACED) ? new Decided(refund, successor(all, refund)) : null;
      case BY_HAND -> refund.endedBy(How.BY_HAND) ? new Decided(refund, refund) : null;
      case GIVE_UP -> refund.endedBy(How.GIVEN_UP) ? new Decided(refund, refund) : null;
    };
  }

  private static Refund successor(List<Refund> all, Refund refund) {
    Map<Integer, Refund> byReplaced = new java.util.HashMap<>();
    for (Refund each : all) {
      Integer replaces = each.course().replaces();
      if (replaces != null) {
        byReplaced.put(replaces, each);
      }
    }
    Refund live = refund;
    for (Refund next = refund; next != null; next = byReplaced.get(next.id().seq())) {
      live = next;
    }
    return live;
  }

  private static @Nullable Refund find(List<Refund> all, int seq) {
    return all.stream().filter(each -> each.id().seq() == seq).findFirst().orElse(null);
  }
}
