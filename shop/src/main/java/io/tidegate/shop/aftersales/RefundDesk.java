package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.Owed;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.OrderOwnerStore;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundDecisions;
import io.tidegate.shop.payment.RefundId;
import io.tidegate.shop.payment.RefundInquiry;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.staff.StaffStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where staff look at refunds, approve them and decide about those that wait, whichever way they
 * come. Each act is on record in its own transaction (C6).
 */
public final class RefundDesk {

  private final RefundGround ground;
  private final Database database;
  private final RefundService refunds;
  private final RefundStore money;
  private final RefundInquiry inquiry;
  private final RefundDecisions decisions;
  private final RefundBook book;

  public RefundDesk(
      RefundGround ground, RefundService refunds, RefundStore money, RefundInquiry inquiry) {
    this.ground = ground;
    this.database = ground.database();
    this.refunds = refunds;
    this.money = money;
    this.inquiry = inquiry;
    this.decisions = new RefundDecisions(ground.log(), inquiry.checks());
    this.book = new RefundBook(database, money, ground.fulfilment());
  }

  /** Lists of refunds. */
  public RefundBook book() {
    return book;
  }

  /** A refund with everything that a person needs to decide about it. */
  public Optional<RefundDetail> find(String id) {
    return RefundRoutes.find(id, refunds, money)
        .map(this::owned)
        .map(view -> view.among(ground.fulfilment().shipments(List.of(view.order().value()))))
        .map(view ->
            new RefundDetail(view, RefundDecisionStore.ofRefund(database, view.id()), owed(view)));
  }

  private @Nullable Owed owed(RefundView view) {
    Long customer = view.customer();
    return customer == null
        ? null
        : new Owed(
            new PointsStore(database).owed(customer),
            new RedPacketStore(database).owed(customer, view.amount().currency()),
            new CouponStore(database).owed(customer));
  }

  private RefundView owned(RefundView view) {
    return view.asked() == null
        ? view.of(OrderOwnerStore.of(database, List.of(view.order())).get(view.order()))
        : view;
  }

  /** What became of an act. */
  public enum Done {
    APPLIED,
    /** A second person is wanted now. */
    PROPOSED
  }

  /**
   * Approves an amount above the limit; two different people must (C6).
   *
   * @param staff the token's subject
   */
  public Outcome<Done, RefundRefusal> approve(RefundCaseId id, String staff) {
    return done(
        database.write(
            "approve-refund",
            tx -> {
              RefundBatch batch = RefundBatch.load(tx, ground, List.of(id.order()));
              RefundCase asked = batch.find(id);
              if (asked == null) {
                return Outcome.refused(RefundRefusal.NOT_FOUND);
              }
              if (asked.state() != RefundState.AWAITING_APPROVAL) {
                return asked.isApprovedBy(staff)
                    ? Outcome.alreadyApplied(Done.APPLIED)
                    : Outcome.refused(RefundRefusal.NOT_WAITING);
              }
              if (asked.isApprovedBy(staff)) {
                return Outcome.refused(RefundRefusal.SECOND_PERSON_NEEDED);
              }
              Instant now = tx.now();
              RefundCase next = asked.approved(new Approval(staff, now));
              if (next.isApproved()) {
                batch.pay(next, "staff:" + staff, now);
              } else {
                batch.put(next);
              }
              batch.save(tx);
              record(tx, staff, "refund.approve", id.toString(), asked, null);
              return Outcome.applied(next.isApproved() ? Done.APPLIED : Done.PROPOSED);
            }));
  }

  /**
   * Decides about a refund that waits; above the limit, when two people decide the same (C6).
   * Before a number is ended its provider is asked a last time (M7).
   */
  public Outcome<Done, RefundRefusal> resolve(ResolveRefund command) {
    Optional<RefundCaseId> asked = RefundCaseId.parse(command.refund());
    if (asked.isPresent()) {
      RefundCaseId id = asked.get();
      return resolve(command, id.order(), (batch, all) -> view(batch, all, id));
    }
    return RefundId.parse(command.refund())
        .map(id -> resolve(command, id.order(), (_, all) -> automatic(all, id)))
        .orElse(Outcome.refused(RefundRefusal.NOT_FOUND));
  }

  private Outcome<Done, RefundRefusal> resolve(
      ResolveRefund command,
      OrderNumber order,
      BiFunction<RefundBatch, List<Refund>, @Nullable RefundView> find) {
    Refund ending = ending(command).orElse(null);
    if (ending != null) {
      switch (inquiry.beforeEnd(ending)) {
        case NOT_BACK -> {}
        case BACK -> {
          return Outcome.refused(RefundRefusal.ALREADY_BACK);
        }
        case OPEN -> {
          return Outcome.refused(RefundRefusal.OUTCOME_UNKNOWN);
        }
      }
    }
    return done(database.write("resolve-refund", tx -> resolve(tx, command, order, find, ending)));
  }

  /** The number that a decision would end, as it stands now. */
  private Optional<Refund> ending(ResolveRefund command) {
    return command.choice() == RefundChoice.RETRY
        ? Optional.empty()
        : RefundRoutes.find(command.refund(), refunds, money)
            .filter(
                view -> command.stamp() == null || command.stamp().equals(RefundDetail.stamp(view)))
            .filter(view -> RefundDetail.choices(view).contains(command.choice()))
            .map(RefundView::money);
  }

  private static @Nullable RefundView view(RefundBatch batch, List<Refund> all, RefundCaseId id) {
    RefundCase asked = batch.find(id);
    return asked == null ? null : RefundView.of(asked, all);
  }

  private static @Nullable RefundView automatic(List<Refund> all, RefundId id) {
    return all.stream()
        .filter(each -> each.id().equals(id) && each.reason() != Refund.Reason.CUSTOMER)
        .findFirst()
        .map(RefundView::automatic)
        .orElse(null);
  }

  private Outcome<Done, RefundRefusal> resolve(
      Tx tx,
      ResolveRefund command,
      OrderNumber order,
      BiFunction<RefundBatch, List<Refund>, @Nullable RefundView> find,
      @Nullable Refund ending) {
    RefundBatch batch = RefundBatch.load(tx, ground, List.of(order));
    RefundView view = find.apply(batch, RefundStore.lock(tx, new long[] {order.value()}));
    if (view == null) {
      return Outcome.refused(RefundRefusal.NOT_FOUND);
    }
    String stamp = RefundDetail.stamp(view);
    if (command.stamp() != null && !command.stamp().equals(stamp)) {
      return Outcome.refused(RefundRefusal.VERSION_CONFLICT);
    }
    if (!RefundDetail.choices(view).contains(command.choice())) {
      return Outcome.refused(RefundRefusal.NOT_WAITING);
    }
    if (command.choice() != RefundChoice.RETRY && !isAsked(view.money(), ending)) {
      return Outcome.refused(RefundRefusal.VERSION_CONFLICT);
    }
    String staff = command.staff();
    RefundDecision same =
        RefundDecisionStore.open(tx, command.refund(), stamp)
            .filter(open -> isSame(open, command))
            .orElse(null);
    if (ground.policy().approvalsWanted(view.amount().amount()) > 0) {
      if (same != null && same.proposedBy().equals(staff)) {
        return Outcome.refused(RefundRefusal.SECOND_PERSON_NEEDED);
      }
      if (same == null) {
        RefundDecisionStore.propose(tx, stamp, command);
        record(tx, staff, "refund.propose", command.refund(), view.asked(), command.choice());
        return Outcome.applied(Done.PROPOSED);
      }
    }
    Outcome<Done, RefundRefusal> outcome = carryOut(tx, batch, view, command);
    if (outcome instanceof Outcome.Applied) {
      batch.save(tx);
      if (same != null) {
        RefundDecisionStore.decide(tx, same, staff);
      } else {
        RefundDecisionStore.decideAlone(tx, stamp, command);
      }
      record(tx, staff, "refund.resolve", command.refund(), view.asked(), command.choice());
    }
    return outcome;
  }

  /** Whether the provider was asked about the number, and it has not moved since. */
  private static boolean isAsked(@Nullable Refund number, @Nullable Refund ending) {
    return number == null
        || ending != null
            && ending.id().equals(number.id())
            && ending.version() == number.version();
  }

  private static boolean isSame(RefundDecision open, ResolveRefund command) {
    return open.action().equals(command.choice().wire())
        && Objects.equals(open.reference(), command.reference());
  }

  /** The money first, where there is any; then what it means for the refund. */
  private Outcome<Done, RefundRefusal> carryOut(
      Tx tx, RefundBatch batch, RefundView view, ResolveRefund command) {
    Refund number = view.money();
    Refund live = number;
    Instant now = tx.now();
    if (number != null) {
      RefundDecisions.Decide decide =
          new RefundDecisions.Decide(
              number.id(),
              number.version(),
              command.choice(),
              command.reference(),
              command.traceparent());
      switch (decisions.decide(tx, decide)) {
        case Outcome.Applied<RefundDecisions.Decided, RefundDecisions.Refusal>(
                RefundDecisions.Decided decided) ->
            live = decided.live();
        case Outcome.AlreadyApplied<RefundDecisions.Decided, RefundDecisions.Refusal> _ -> {
          return Outcome.alreadyApplied(Done.APPLIED);
        }
        case Outcome.Refused<RefundDecisions.Decided, RefundDecisions.Refusal> _ -> {
          return Outcome.refused(RefundRefusal.NOT_WAITING);
        }
      }
    }
    RefundCase asked = view.asked();
    if (asked != null) {
      String actor = "staff:" + command.staff();
      batch.put(
          switch (command.choice()) {
            case RETRY -> asked.retried(actor, now);
            case NEW_NUMBER -> asked.atProvider(Objects.requireNonNull(live).id(), actor, now);
            case BY_HAND -> asked.moneyBack(now, actor, now);
            case GIVE_UP -> asked.refusing("given_up", actor, now);
          });
    }
    return Outcome.applied(Done.APPLIED);
  }

  private static void record(
      Tx tx,
      String staff,
      String act,
      String refund,
      @Nullable RefundCase asked,
      @Nullable RefundChoice choice) {
    StaffStore.record(
        tx,
        staff,
        act,
        "refund " + refund,
        json -> {
          if (asked != null) {
            json.field("version", asked.version());
            json.field("amount", asked.amount().amount());
            json.field("currency", asked.amount().currency());
          }
          json.fieldIfPresent("action", choice == null ? null : choice.wire());
        });
  }

  /** Steps may be due, and events wait. */
  private Outcome<Done, RefundRefusal> done(Outcome<Done, RefundRefusal> outcome) {
    if (outcome instanceof Outcome.Applied) {
      ground.published().run();
      refunds.signal();
    }
    return outcome;
  }
}
