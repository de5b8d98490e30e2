package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Problem;
import io.tidegate.shop.ordering.OrderCommand.Refusal;

/** Refused commands as problems. */
final class RefusalJson {

  private RefusalJson() {}

  static Problem problem(Refusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case NOT_PAYABLE -> Problem.conflict("not_payable", "The order can't be paid any more");
      case ALREADY_PAID -> Problem.conflict("already_paid", "The order is paid");
      case NOT_CANCELLABLE ->
          Problem.conflict("not_cancellable", "Only an unpaid order can be cancelled");
      case NOT_CONFIRMABLE ->
          Problem.conflict("not_confirmable", "Only a shipped order's receipt can be confirmed");
      case TOO_MANY_PAYMENTS ->
          Problem.conflict("not_payable", "The order has had too many tries to pay it");
      case MISDIRECTED ->
          Problem.conflict(
              "misdirected", "The money is for another account: nothing can be given back here");
      case ALREADY_DECIDED ->
          Problem.conflict("already_decided", "It was given back, or dismissed, before");
      case KEY_REUSED -> Problem.keyReused();
    };
  }
}
