package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Problem;

/** Refused refunds as problems. */
final class RefundProblemJson {

  private RefundProblemJson() {}

  static Problem problem(RefundRefusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case NOT_REFUNDABLE ->
          Problem.conflict("not_refundable", "Nothing of the order can be asked back");
      case OVER_REFUND ->
          Problem.conflict("over_refund", "More pieces than are left, refunds under way counted");
      case ALREADY_SHIPPED ->
          Problem.conflict(
              "already_shipped", "They are packed or on their way: send them back when they come");
      case KEY_REUSED -> Problem.keyReused();
      case SECOND_PERSON_NEEDED ->
          Problem.conflict("second_person_needed", "Another person must say the same");
      case NOT_WAITING -> Problem.conflict("not_waiting", "The refund does not wait for this");
      case OUTCOME_UNKNOWN ->
          Problem.conflict(
              "outcome_unknown",
              "The provider doesn't say whether the money goes back: try again later");
      case ALREADY_BACK ->
          Problem.conflict("already_back", "The provider says that the money is back after all");
      case VERSION_CONFLICT ->
          Problem.conflict("version_conflict", "The refund has changed since it was looked at");
    };
  }
}
