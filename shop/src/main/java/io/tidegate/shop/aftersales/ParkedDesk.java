package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Result;
import io.tidegate.shop.ordering.ParkedService;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.staff.StaffStore;
import java.util.List;
import java.util.Optional;

/**
 * Where staff decide about parked captures (M3), whichever way they come: above the limit two
 * people must want the same (C6). Each act is on record.
 */
public final class ParkedDesk {

  private final Database database;
  private final ParkedService parked;
  private final RefundPolicy policy;

  public ParkedDesk(Database database, ParkedService parked, RefundPolicy policy) {
    this.database = database;
    this.parked = parked;
    this.policy = policy;
  }

  /** What became of a decision. */
  public enum Done {
    APPLIED,
    /** A second person is wanted now. */
    PROPOSED
  }

  /** Why nothing became of it. */
  public sealed interface Refusal {

    /** The same person has said it already: another one must. */
    record SecondPersonNeeded() implements Refusal {}

    /** As ordering says. */
    record Because(ParkedService.Refusal why) implements Refusal {}
  }

  /** See {@link ParkedService#waiting}. */
  public List<Recorded> waiting(long afterOrder, int most) {
    return parked.waiting(afterOrder, most);
  }

  /** Decides; what was decided the same way before is already applied. */
  public Outcome<Done, Refusal> decide(ParkedDecision decision) {
    return switch (parked.taken(decision.order(), decision.provider(), decision.transaction())) {
      case Outcome.Applied<Money, ParkedService.Refusal>(Money taken) -> decide(decision, taken);
      case Outcome.AlreadyApplied<Money, ParkedService.Refusal>(Money taken) ->
          decide(decision, taken);
      case Outcome.Refused<Money, ParkedService.Refusal>(ParkedService.Refusal why) ->
          decideUnasked(decision, why);
    };
  }

  /** What the provider didn't take, or can't be asked about, can be dismissed all the same. */
  private Outcome<Done, Refusal> decideUnasked(ParkedDecision decision, ParkedService.Refusal why) {
    Optional<Money> claimed =
        decision.choice() == ParkedChoice.DISMISS ? claimed(decision) : Optional.empty();
    return claimed.isEmpty()
        ? Outcome.refused(new Refusal.Because(why))
        : decide(decision, claimed.get());
  }

  private Optional<Money> claimed(ParkedDecision decision) {
    return parked
        .find(decision.order(), decision.provider(), decision.transaction())
        .map(Recorded::taken);
  }

  private Outcome<Done, Refusal> decide(ParkedDecision decision, Money amount) {
    Parking waiting =
        parked
            .find(decision.order(), decision.provider(), decision.transaction())
            .filter(Recorded::waits)
            .map(Recorded::parking)
            .orElse(null);
    if (waiting != null && !ParkedChoice.of(waiting.why()).contains(decision.choice())) {
      return Outcome.refused(new Refusal.Because(ParkedService.Refusal.MISDIRECTED));
    }
    if (waiting != null && policy.approvalsWanted(amount.amount()) > 0) {
      Optional<Outcome<Done, Refusal>> one =
          database.write("propose-parked", tx -> propose(tx, decision, amount));
      if (one.isPresent()) {
        return one.get();
      }
    }
    return carryOut(decision, amount);
  }

  /** The first one's word is written down; empty: a second one says the same. */
  private static Optional<Outcome<Done, Refusal>> propose(
      Tx tx, ParkedDecision decision, Money amount) {
    Optional<ParkedStore.Proposal> before =
        ParkedStore.lock(tx, decision)
            .filter(wish -> wish.action().equals(decision.choice().wire()));
    if (before.isPresent()) {
      return before.get().actor().equals(decision.staff())
          ? Optional.of(Outcome.refused(new Refusal.SecondPersonNeeded()))
          : Optional.empty();
    }
    ParkedStore.propose(tx, decision);
    StaffStore.record(
        tx,
        decision.staff(),
        "parked.propose",
        "order " + decision.order(),
        json ->
            json.field("provider", decision.provider())
                .field("transaction", decision.transaction())
                .field("action", decision.choice().wire())
                .field("amount", amount.amount())
                .field("currency", amount.currency()));
    return Optional.of(Outcome.applied(Done.PROPOSED));
  }

  private Outcome<Done, Refusal> carryOut(ParkedDecision decision, Money amount) {
    Outcome<Result, ParkedService.Refusal> outcome =
        switch (decision.choice()) {
          case REFUND ->
              parked.giveBack(
                  decision.order(),
                  decision.provider(),
                  decision.transaction(),
                  amount,
                  decision.staff(),
                  decision.cause());
          case DISMISS ->
              parked.dismiss(
                  decision.order(),
                  decision.provider(),
                  decision.transaction(),
                  decision.reason(),
                  decision.staff(),
                  decision.cause());
        };
    return switch (outcome) {
      case Outcome.Applied<Result, ParkedService.Refusal> _ -> Outcome.applied(Done.APPLIED);
      case Outcome.AlreadyApplied<Result, ParkedService.Refusal> _ ->
          Outcome.alreadyApplied(Done.APPLIED);
      case Outcome.Refused<Result, ParkedService.Refusal>(ParkedService.Refusal why) ->
          Outcome.refused(new Refusal.Because(why));
    };
  }
}
