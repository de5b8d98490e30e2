package io.tidegate.shop.flashsale;

import java.util.Set;

/** Why staff can't do something to a sale. */
public sealed interface SaleRefusal {

  /** Reasons that have nothing to add. */
  enum Why implements SaleRefusal {
    NO_SUCH_SALE,
    /** The sale doesn't have this SKU. */
    NO_SUCH_ITEM,
    KEY_REUSED,
    /** Its time is over; of a draw, its entering. */
    ENDED,
    /** It was stopped. */
    STOPPED,
    /** Its winners are drawn, and their orders are being placed. */
    DRAWN,
    /** As many sales as there may be are planned, warm or over for less than a day. */
    TOO_MANY_SALES,
    /** No allocation is so large. */
    TOO_MANY_PIECES
  }

  /** Fewer of these are available than were asked for. */
  record OutOfStock(Set<String> skus) implements SaleRefusal {}
}
