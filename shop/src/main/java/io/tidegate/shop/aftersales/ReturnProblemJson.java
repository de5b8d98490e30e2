package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Problem;
import java.util.List;

/** Refused returns as problems. */
final class ReturnProblemJson {

  private ReturnProblemJson() {}

  /**
   * @param member the array in the body that a refusal of lines points into
   */
  static Problem problem(ReturnRefusal refusal, String member) {
    return switch (refusal) {
      case ReturnRefusal.NotFound() -> Problem.notFound();
      case ReturnRefusal.NotReturnable(var why) -> Problem.conflict("not_returnable", detail(why));
      case ReturnRefusal.OverRefund(List<Integer> items) ->
          Problem.conflict(
              "over_refund",
              "More pieces than are left: some are refunded or on their way back already",
              items.stream()
                  .map(at ->
                      new Problem.FieldError(
                          "/" + member + "/" + at + "/quantity", "is more than are left"))
                  .toList());
      case ReturnRefusal.NotWaiting(ReturnState state) ->
          Problem.conflict(
              "not_waiting", "The return is " + state.wire() + ": this comes too " + when(state));
      case ReturnRefusal.NotReturned(int line) ->
          Problem.conflict(
              "over_refund",
              "More is accepted than came back",
              List.of(new Problem.FieldError("/" + member, "has more of line " + line)));
      case ReturnRefusal.NotRefundable(RefundRefusal why) -> RefundProblemJson.problem(why);
      case ReturnRefusal.KeyReused() -> Problem.keyReused();
    };
  }

  private static String when(ReturnState state) {
    return switch (state) {
      case REQUESTED, APPROVED, IN_TRANSIT -> "early or is over";
      case RECEIVED, INSPECTED, DONE, REJECTED -> "late";
    };
  }

  private static String detail(ReturnRefusal.Why why) {
    return switch (why) {
      case NOT_SHIPPED -> "Its goods have not all left yet: ask for a refund";
      case NOTHING_TO_RETURN -> "There are no goods that could come back";
      case TOO_LATE -> "The time in which goods are taken back is over";
      case TOO_MANY -> "The order has had too many returns";
    };
  }
}
