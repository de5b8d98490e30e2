package io.tidegate.shop.aftersales;

import io.tidegate.shop.effects.Owed;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refund with everything that a person needs to decide about it.
 *
 * @param decisions newest first
 * @param owed what its customer owes for perks by now, of whatever refund; null where nobody looked
 */
public record RefundDetail(RefundView view, List<RefundDecision> decisions, @Nullable Owed owed) {

  public RefundDetail {
    decisions = List.copyOf(decisions);
  }

  /**
   * A step of the way back, and where it stands.
   *
   * @param undone it was done, and what it did is taken back
   */
  public record StepShown(WayBack step, boolean done, boolean undone) {}

  /** The steps of a customer's refund; an automatic one is money only. */
  public List<StepShown> steps() {
    RefundCase asked = view.asked();
    Refund money = view.money();
    if (asked == null) {
      return money == null ? List.of() : List.of(onlyStep(money));
    }
    List<StepShown> steps = new ArrayList<>();
    for (WayBack step : WayBack.values()) {
      if (concerns(asked, step)) {
        steps.add(new StepShown(step, asked.has(step), asked.hasUndone(step)));
      }
    }
    return steps;
  }

  private static StepShown onlyStep(Refund money) {
    return new StepShown(WayBack.MONEY, money.isBack(), money.state() == Refund.State.REVERSED);
  }

  private static boolean concerns(RefundCase asked, WayBack step) {
    return switch (step) {
      case STOP -> asked.kind() == RefundKind.BEFORE_SHIPPING;
      case APPROVE -> asked.approvalsWanted() > 0;
      case MONEY -> !asked.amount().isZero();
      case REQUEST, PERKS_TAKEN, PERKS_RETURNED, STOCK, MESSAGE, ORDER -> true;
    };
  }

  /** What a person may do. */
  public Set<RefundChoice> choices() {
    return choices(view);
  }

  /** The decision that waits for a second person: the newest, while the refund stands so still. */
  public Optional<RefundDecision> pending() {
    String stamp = stamp();
    return decisions.stream()
        .filter(each -> each.isOpen() && each.stamp().equals(stamp))
        .findFirst();
  }

  /** Whether it waits for two people's approval. */
  public boolean awaitsApproval() {
    RefundCase asked = view.asked();
    return asked != null && asked.state() == RefundState.AWAITING_APPROVAL;
  }

  static Set<RefundChoice> choices(RefundView view) {
    RefundCase asked = view.asked();
    Refund money = view.money();
    if (asked == null) {
      return money == null ? Set.of() : RefundChoice.of(money);
    }
    return switch (asked.state()) {
      case AWAITING_APPROVAL -> EnumSet.of(RefundChoice.GIVE_UP);
      case AT_PROVIDER, REVERSED -> money == null ? Set.of() : ofMoney(asked, money);
      case REQUESTED, STOPPING, MONEY_BACK, SUCCEEDED, REFUSING, REFUSED -> Set.of();
    };
  }

  /** What the money allows, and what was done for the refund since. */
  private static Set<RefundChoice> ofMoney(RefundCase asked, Refund money) {
    Set<RefundChoice> some = EnumSet.noneOf(RefundChoice.class);
    some.addAll(RefundChoice.of(money));
    if (!asked.canBeRefused()) {
      some.remove(RefundChoice.GIVE_UP);
    }
    return some;
  }

  /** What a choice would do to this refund. */
  public String does(RefundChoice choice) {
    RefundCase asked = view.asked();
    if (asked == null) {
      return choice.does();
    }
    return switch (choice) {
      case RETRY, NEW_NUMBER -> choice.does();
      case BY_HAND ->
          choice.does()
              + "; then goods, perks and the order follow as if the provider had confirmed it";
      case GIVE_UP ->
          "refuses the refund: the money stays here, the pieces are planned for shipping again, the"
              + " perks are the customer's again";
    };
  }

  /** How it stands, for whoever decides by what they see: it changes when the refund moves on. */
  public String stamp() {
    return stamp(view);
  }

  static String stamp(RefundView view) {
    RefundCase asked = view.asked();
    Refund money = view.money();
    String number = money == null ? "0" : stamp(money);
    return asked == null ? number : asked.version() + "." + number;
  }

  /**
   * One that waits comes back to the same state after it was tried again: its version tells these
   * apart. While it is tried that rises with each call, so then it is since when.
   */
  private static String stamp(Refund money) {
    long since =
        money.isOpen() ? EpochMicros.of(money.course().triedSince()) : (long) money.version();
    return money.id().seq() + money.state().wire() + "." + since;
  }
}
