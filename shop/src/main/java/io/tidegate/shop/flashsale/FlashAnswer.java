package io.tidegate.shop.flashsale;

import java.util.Locale;

/** What those who come to a sale are answered, as it is counted. */
enum FlashAnswer {
  PLACED,
  REPLAYED,
  /** They wait with a ticket. */
  WAITING,
  /** They are in a draw. */
  ENTERED,
  NOT_STARTED,
  ENDED,
  SOLD_OUT,
  LIMIT_REACHED,
  TOKEN_INVALID,
  RATE_LIMITED,
  OVERLOADED,
  /** Something is wrong with the request. */
  REFUSED;

  /** As the API's codes and the metrics have it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isRefusal() {
    return ordinal() >= NOT_STARTED.ordinal();
  }
}
