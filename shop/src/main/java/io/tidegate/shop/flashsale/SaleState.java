package io.tidegate.shop.flashsale;

import java.util.Locale;

/** What a sale is at a moment, as everybody sees it. */
public enum SaleState {
  PLANNED,
  WARM,
  OPEN,
  SOLD_OUT,
  ENDED,
  STOPPED;

  /** As the API has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
