package io.tidegate.shop.flashsale;

import java.util.Locale;

/** How it is decided who gets the goods of a sale. */
public enum Mode {
  /** In the order in which they come. */
  FIRST_COME,
  /** By lot among all who entered in time. */
  DRAW;

  /** As the API and the table have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
