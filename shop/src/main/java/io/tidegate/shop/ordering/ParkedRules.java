package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Parking;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What staff may do about parked captures (M3): each is given back or dismissed, once. */
final class ParkedRules {

  private ParkedRules() {}

  /**
   * It goes back, whatever state the order is in: what the provider took, not what its notice
   * claimed. The refund's number is written here, before any call (M6).
   */
  static Outcome<Changes, Refusal> giveBack(
      OrderFile file, OrderCommand.ReturnParked command, Instant now) {
    Recorded parked = file.capture(command.provider(), command.transaction());
    Parking parking = parking(parked);
    if (parked == null || parking == null) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    if (parking.fate() != null) {
      return decided(file, parking.fate(), Parking.Fate.RETURNED);
    }
    return switch (parking.why()) {
      case MISDIRECTED -> Outcome.refused(Refusal.MISDIRECTED);
      case AMOUNT -> {
        Capture capture = parked.capture();
        Refund refund =
            Refund.requested(
                file.nextRefund(), capture, command.taken(), Refund.Reason.PARKED, now);
        yield Outcome.applied(
            Changes.of(file.order())
                .decided(
                    new Changes.ActOf(
                        command.staff(), parked.returned(command.taken(), now), refund))
                .refund(refund)
                .post(Posting.unparked(refund, now))
                .fact(new OrderFact.GivenBack(file.order(), refund, now)));
      }
    };
  }

  /** Nothing goes back: the money was never ours, or a person has seen to it in another way. */
  static Outcome<Changes, Refusal> dismiss(
      OrderFile file, OrderCommand.DismissParked command, Instant now) {
    Recorded parked = file.capture(command.provider(), command.transaction());
    Parking parking = parking(parked);
    if (parked == null || parking == null) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    if (parking.fate() != null) {
      return decided(file, parking.fate(), Parking.Fate.DISMISSED);
    }
    return Outcome.applied(
        Changes.of(file.order())
            .decided(
                new Changes.ActOf(command.staff(), parked.dismissed(command.reason(), now), null))
            .fact(new OrderFact.Dismissed(file.order(), parked.capture(), now)));
  }

  private static @Nullable Parking parking(@Nullable Recorded recorded) {
    return recorded == null ? null : recorded.parking();
  }

  private static Outcome<Changes, Refusal> decided(
      OrderFile file, Parking.Fate fate, Parking.Fate wanted) {
    return fate == wanted
        ? Outcome.alreadyApplied(Changes.of(file.order()))
        : Outcome.refused(Refusal.ALREADY_DECIDED);
  }
}
