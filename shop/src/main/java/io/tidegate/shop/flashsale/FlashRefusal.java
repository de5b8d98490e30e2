package io.tidegate.shop.flashsale;

/** Why an order of a sale isn't placed. */
public enum FlashRefusal {
  NOT_STARTED(FlashAnswer.NOT_STARTED),
  ENDED(FlashAnswer.ENDED),
  SOLD_OUT(FlashAnswer.SOLD_OUT),
  /** The customer would have more pieces than one may have. */
  LIMIT_REACHED(FlashAnswer.LIMIT_REACHED),
  /** The sale has no such goods. */
  NOT_SELLABLE(FlashAnswer.REFUSED),
  /** It has no purchase token that is good, and its key has no answer. */
  TOKEN_INVALID(FlashAnswer.TOKEN_INVALID),
  KEY_REUSED(FlashAnswer.REFUSED),
  NO_SUCH_ADDRESS(FlashAnswer.REFUSED),
  NOT_CARRIED(FlashAnswer.REFUSED),
  /** It waited longer than it may. */
  LATE(FlashAnswer.OVERLOADED);

  private final FlashAnswer answer;

  FlashRefusal(FlashAnswer answer) {
    this.answer = answer;
  }

  FlashAnswer answer() {
    return answer;
  }
}
