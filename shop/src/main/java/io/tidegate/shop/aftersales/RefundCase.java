package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.payment.RefundId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer, or staff for one, wants back, and how far it is.
 *
 * @param position rises with each refund of the shop: lists page by it; 0 before it is written
 * @param amount what goes back, after what is deducted
 * @param deducted for perks that the order brought and that are spent, minor units
 * @param used what comes back of each discount of the order: points, or minor units
 * @param money its number at the provider; null while there is none, or nothing to pay back
 * @param history oldest first
 */
public record RefundCase(
    RefundCaseId id,
    long position,
    long userId,
    RequestRefund.@Nullable Received received,
    RefundState state,
    int version,
    List<RefundLine> lines,
    Money amount,
    long deducted,
    List<Long> used,
    String reason,
    String actor,
    String traceparent,
    @Nullable RefundId money,
    int approvalsWanted,
    List<Approval> approvals,
    Progress progress,
    @Nullable String refusal,
    List<RefundStep> history) {

  private static final Duration AGAIN_FIRST = Duration.ofSeconds(1);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(5);

  /**
   * How far it is.
   *
   * @param done bits of {@link WayBack}
   * @param undone bits of those that were done and undone
   * @param nextStepAt when the next step is due; null while somebody else acts, or nobody needs to
   * @param tries of the next step so far
   * @param error why the last of them failed; null where none has
   */
  public record Progress(
      int done,
      int undone,
      Instant createdAt,
      @Nullable Instant succeededAt,
      @Nullable Instant nextStepAt,
      int tries,
      @Nullable String error) {}

  public RefundCase {
    lines = List.copyOf(lines);
    used = List.copyOf(used);
    approvals = List.copyOf(approvals);
    history = List.copyOf(history);
  }

  public RefundKind kind() {
    return received == null ? RefundKind.BEFORE_SHIPPING : RefundKind.RETURN;
  }

  /** What was paid for its pieces. */
  public long gross() {
    return Math.addExact(amount.amount(), deducted);
  }

  public boolean has(WayBack step) {
    return (progress.done & step.bit()) != 0;
  }

  /** Whether it was done and taken back. */
  public boolean hasUndone(WayBack step) {
    return (progress.undone & step.bit()) != 0;
  }

  /**
   * Whether all that was done for it can be undone: not once its goods can be sold again and its
   * perks are gone, also where the provider takes the money back afterwards.
   */
  boolean canBeRefused() {
    return !has(WayBack.STOCK);
  }

  /** What names it in the packages beneath. */
  RefundKey key() {
    return new RefundKey(id.order().value(), id.seq());
  }

  /**
   * The amount once it is known what of the order's perks is spent.
   *
   * @param cut what is deducted for that
   */
  RefundCase fixed(RefundPolicy policy, long cut) {
    long gross = gross();
    return new RefundCase(
        id,
        position,
        userId,
        received,
        state,
        version,
        lines,
        new Money(gross - cut, amount.currency()),
        cut,
        used,
        reason,
        actor,
        traceparent,
        money,
        policy.approvalsWanted(gross - cut),
        approvals,
        progress,
        refusal,
        history);
  }

  /** The warehouse is about to be stopped: written before it is done. */
  RefundCase stopping(Instant until) {
    return to(RefundState.STOPPING, until, progress.tries + 1);
  }

  /** Taken for a step: nobody else takes it before then. */
  RefundCase taken(Instant until) {
    return to(state, until, progress.tries + 1, progress.error);
  }

  /** A step failed: it is tried again, later each time. */
  RefundCase putOff(String error, Instant now) {
    Duration wait = AGAIN_FIRST.multipliedBy(1L << Math.min(Math.max(0, progress.tries - 1), 20));
    Instant due = now.plus(wait.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : wait);
    return to(state, due, progress.tries, error);
  }

  /** The pieces are held back in the warehouse, or came back before. */
  RefundCase stopped(Instant now) {
    return done(WayBack.STOP, "shipment_stopped", "system", now);
  }

  RefundCase awaitingApproval(Instant now) {
    return to(RefundState.AWAITING_APPROVAL, null, 0).note("approval_needed", "system", now);
  }

  RefundCase approved(Approval approval) {
    List<Approval> all = new ArrayList<>(approvals);
    all.add(approval);
    RefundCase next = copy(state, money, all, progress, refusal);
    next = next.note("approved", "staff:" + approval.by(), approval.at());
    return next.isApproved() ? next.marked(WayBack.APPROVE) : next;
  }

  public boolean isApproved() {
    return approvals.size() >= approvalsWanted;
  }

  public boolean isApprovedBy(String person) {
    return approvals.stream().anyMatch(approval -> approval.by().equals(person));
  }

  /** Its money has a number. */
  RefundCase atProvider(RefundId number, String actor, Instant now) {
    RefundCase next = to(RefundState.AT_PROVIDER, null, 0);
    return next.copy(next.state, number, approvals, next.progress, refusal)
        .note("money_requested", actor, now);
  }

  /** The money is back, or there was none to pay: what follows it is due. */
  RefundCase moneyBack(Instant at, String actor, Instant now) {
    RefundCase next = to(RefundState.MONEY_BACK, now, 0).marked(WayBack.MONEY);
    Progress p = next.progress;
    return next.copy(
            next.state,
            money,
            approvals,
            new Progress(p.done, p.undone, p.createdAt, at, p.nextStepAt, p.tries, p.error),
            refusal)
        .note("money_back", actor, now);
  }

  /** All is done. */
  RefundCase succeeded(Instant now) {
    return to(RefundState.SUCCEEDED, null, 0)
        .marked(WayBack.PERKS_TAKEN)
        .marked(WayBack.PERKS_RETURNED)
        .marked(WayBack.STOCK)
        .marked(WayBack.MESSAGE)
        .done(WayBack.ORDER, "succeeded", "system", now);
  }

  /**
   * It won't be.
   *
   * @param why {@code already_shipped}, {@code given_up} or {@code not_refundable}
   */
  RefundCase refusing(String why, String actor, Instant now) {
    if (!canBeRefused()) {
      throw new IllegalStateException(id + " can't be refused: its goods can be sold again");
    }
    RefundCase next = to(RefundState.REFUSING, now, 0);
    return next.copy(next.state, money, approvals, next.progress, why).note(why, actor, now);
  }

  /** The warehouse may ship the pieces again, and the perks are the customer's. */
  RefundCase refused(Instant now) {
    return to(RefundState.REFUSED, null, 0)
        .undone(WayBack.STOP)
        .undone(WayBack.REQUEST)
        .note("refused", "system", now);
  }

  /** A person had it tried again. */
  RefundCase retried(String actor, Instant now) {
    return note("retried", actor, now);
  }

  /** The provider took the money back (M9). */
  RefundCase reversed(Instant now) {
    return to(RefundState.REVERSED, null, 0)
        .undone(WayBack.MONEY)
        .undone(WayBack.ORDER)
        .note("reversed", "provider", now);
  }

  /** As its receipt tells it, whatever it has become. */
  RefundCase atFirst() {
    return copy(
        RefundState.REQUESTED,
        null,
        List.of(),
        new Progress(
            WayBack.REQUEST.bit(), 0, progress.createdAt, null, progress.createdAt, 0, null),
        null);
  }

  private RefundCase done(WayBack step, String what, String actor, Instant now) {
    return marked(step).note(what, actor, now);
  }

  private RefundCase marked(WayBack step) {
    return copy(
        state,
        money,
        approvals,
        new Progress(
            progress.done | step.bit(),
            progress.undone & ~step.bit(),
            progress.createdAt,
            progress.succeededAt,
            progress.nextStepAt,
            progress.tries,
            progress.error),
        refusal);
  }

  private RefundCase undone(WayBack step) {
    if (!has(step)) {
      return this;
    }
    return copy(
        state,
        money,
        approvals,
        new Progress(
            progress.done & ~step.bit(),
            progress.undone | step.bit(),
            progress.createdAt,
            progress.succeededAt,
            progress.nextStepAt,
            progress.tries,
            progress.error),
        refusal);
  }

  private RefundCase to(RefundState next, @Nullable Instant due, int tries) {
    return to(next, due, tries, null);
  }

  private RefundCase to(
      RefundState next, @Nullable Instant due, int tries, @Nullable String error) {
    return copy(
        next,
        money,
        approvals,
        new Progress(
            progress.done,
            progress.undone,
            progress.createdAt,
            progress.succeededAt,
            due,
            tries,
            error),
        refusal);
  }

  private RefundCase copy(
      RefundState next,
      @Nullable RefundId number,
      List<Approval> by,
      Progress far,
      @Nullable String why) {
    return new RefundCase(
        id,
        position,
        userId,
        received,
        next,
        version,
        lines,
        amount,
        deducted,
        used,
        reason,
        actor,
        traceparent,
        number,
        approvalsWanted,
        by,
        far,
        why,
        history);
  }

  /** The version rises with each step of the history. */
  private RefundCase note(String what, String by, Instant now) {
    List<RefundStep> steps = new ArrayList<>(history);
    steps.add(new RefundStep(version + 1, now, state, what, by));
    return new RefundCase(
        id,
        position,
        userId,
        received,
        state,
        version + 1,
        lines,
        amount,
        deducted,
        used,
        reason,
        actor,
        traceparent,
        money,
        approvalsWanted,
        approvals,
        progress,
        refusal,
        steps);
  }
}
