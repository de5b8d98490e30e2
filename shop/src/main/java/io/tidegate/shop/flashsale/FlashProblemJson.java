package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Problem;

/** Refusals of flash sales as problems, and as what is counted. */
final class FlashProblemJson {

  private FlashProblemJson() {}

  static Problem of(FlashRefusal why, long startsInSeconds) {
    return switch (why) {
      case NOT_STARTED -> notStarted(startsInSeconds);
      case ENDED -> Problem.conflict("ended", "The sale is over");
      case SOLD_OUT -> Problem.conflict("sold_out", "There are not so many left");
      case LIMIT_REACHED ->
          Problem.conflict("limit_reached", "One customer may not have so many of it");
      case NOT_SELLABLE -> Problem.conflict("not_sellable", "The sale has no such goods");
      case TOKEN_INVALID -> tokenInvalid();
      case KEY_REUSED -> Problem.keyReused();
      case NO_SUCH_ADDRESS -> Problem.invalid("/addressId", "is no address of yours");
      case NOT_CARRIED -> Problem.conflict("courier_unavailable", "No courier goes there");
      case LATE -> Problem.overloaded(1);
    };
  }

  static Problem notStarted(long startsInSeconds) {
    return Problem.conflict("not_started", "The sale has not begun")
        .retryAfterSeconds(startsInSeconds);
  }

  static Problem tokenInvalid() {
    return Problem.forbidden("token_invalid", "The purchase token is not good here: get a new one");
  }

  /** As what a problem is counted. */
  static FlashAnswer counted(Problem problem) {
    for (FlashAnswer answer : FlashAnswer.values()) {
      if (answer.isRefusal() && answer.word().equals(problem.code())) {
        return answer;
      }
    }
    return FlashAnswer.REFUSED;
  }
}
