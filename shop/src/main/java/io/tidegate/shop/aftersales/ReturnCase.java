package io.tidegate.shop.aftersales;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goods of a shipped order that its customer sends back.
 *
 * @param lines what is sent back, by line
 * @param accepted what the inspection took back; empty before it, and where it took nothing
 * @param reason the customer's words
 * @param pictures references to pictures: https URLs or ids of whoever keeps them
 * @param why why it was rejected: staff's words for the customer, {@link #NOT_ACCEPTED} or {@link
 *     #REFUND_REFUSED}
 * @param note what the inspection noted, for staff
 * @param warehouse where the goods came
 * @param refund the seq of the refund's case, once something is accepted
 * @param version rises by one with each step; the history has one for each
 */
public record ReturnCase(
    ReturnId id,
    long userId,
    ReturnState state,
    int version,
    List<ReturnLine> lines,
    List<ReturnLine> accepted,
    String reason,
    List<String> pictures,
    @Nullable String why,
    @Nullable String note,
    @Nullable String courier,
    @Nullable String waybill,
    @Nullable String warehouse,
    @Nullable Integer refund,
    List<ReturnStep> history) {

  /** Why a return is rejected whose refund a person gave up. */
  public static final String REFUND_REFUSED = "refund_refused";

  /** Why a return is rejected of which the inspection took nothing back and said no more. */
  public static final String NOT_ACCEPTED = "not_accepted";

  /** From this version on a waybill is not corrected any more: a history has an end. */
  static final int CORRECTED_VERSION_MAX = 20;

  /** References to pictures of one return. */
  public static final int PICTURES_MAX = 9;

  /** Returns of one order, rejected ones too. */
  public static final int RETURNS_MAX = 50;

  public ReturnCase {
    lines = List.copyOf(lines);
    accepted = List.copyOf(accepted);
    pictures = List.copyOf(pictures);
    history = List.copyOf(history);
  }

  static ReturnCase requested(
      ReturnId id,
      long userId,
      List<ReturnLine> lines,
      String reason,
      List<String> pictures,
      String actor,
      Instant now) {
    return new ReturnCase(
        id,
        userId,
        ReturnState.REQUESTED,
        1,
        lines,
        List.of(),
        reason,
        pictures,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(new ReturnStep(1, now, ReturnState.REQUESTED, actor)));
  }

  /** As its receipt tells it, whatever it has become. */
  ReturnCase atFirst() {
    ReturnStep first = history.getFirst();
    return requested(id, userId, lines, reason, pictures, first.actor(), first.at());
  }

  public Instant createdAt() {
    return history.getFirst().at();
  }

  /**
   * The pieces that nobody else may give back: what was sent back, or what of it was accepted; none
   * once it is rejected.
   */
  List<ReturnLine> taken() {
    return switch (state) {
      case REQUESTED, APPROVED, IN_TRANSIT, RECEIVED -> lines;
      case INSPECTED, DONE -> accepted;
      case REJECTED -> List.of();
    };
  }

  ReturnCase approved(String actor, Instant now) {
    return step(ReturnState.APPROVED, actor, now).build();
  }

  ReturnCase rejected(String reasonTold, String actor, Instant now) {
    Next next = step(ReturnState.REJECTED, actor, now);
    next.why = reasonTold;
    return next.build();
  }

  ReturnCase sent(String by, String number, String actor, Instant now) {
    Next next = step(ReturnState.IN_TRANSIT, actor, now);
    next.courier = by;
    next.waybill = number;
    return next.build();
  }

  ReturnCase received(String at, String actor, Instant now) {
    Next next = step(ReturnState.RECEIVED, actor, now);
    next.warehouse = at;
    return next.build();
  }

  /** Something is accepted; which refund that makes is told by {@link #refundedBy}. */
  ReturnCase inspected(List<ReturnLine> taken, @Nullable String noted, String actor, Instant now) {
    Next next = step(ReturnState.INSPECTED, actor, now);
    next.accepted = taken;
    next.note = noted;
    return next.build();
  }

  /** Nothing is accepted. */
  ReturnCase refusedAtInspection(
      String reasonTold, @Nullable String noted, String actor, Instant now) {
    Next next = step(ReturnState.REJECTED, actor, now);
    next.why = reasonTold;
    next.note = noted;
    return next.build();
  }

  ReturnCase done(String actor, Instant now) {
    return step(ReturnState.DONE, actor, now).build();
  }

  /** The same step, with the refund that it asked for. */
  ReturnCase refundedBy(int caseSeq) {
    Next next = new Next(state, version, history);
    next.refund = caseSeq;
    return next.build();
  }

  private Next step(ReturnState to, String actor, Instant now) {
    List<ReturnStep> steps = new ArrayList<>(history);
    steps.add(new ReturnStep(version + 1, now, to, actor));
    return new Next(to, version + 1, steps);
  }

  /** What the next version changes; the rest stays. */
  private final class Next {

    private final ReturnState to;
    private final int raised;
    private final List<ReturnStep> steps;
    private List<ReturnLine> accepted = ReturnCase.this.accepted;
    private @Nullable String why = ReturnCase.this.why;
    private @Nullable String note = ReturnCase.this.note;
    private @Nullable String courier = ReturnCase.this.courier;
    private @Nullable String waybill = ReturnCase.this.waybill;
    private @Nullable String warehouse = ReturnCase.this.warehouse;
    private @Nullable Integer refund = ReturnCase.this.refund;

    private Next(ReturnState to, int raised, List<ReturnStep> steps) {
      this.to = to;
      this.raised = raised;
      this.steps = steps;
    }

    private ReturnCase build() {
      return new ReturnCase(
          id, userId, to, raised, lines, accepted, reason, pictures, why, note, courier, waybill,
          warehouse, refund, steps);
    }
  }
}
