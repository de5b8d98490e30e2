package io.tidegate.shop.flashsale;

import java.util.Locale;

/** How far a sale was taken, by staff or by its time; whether it is open, the clock says. */
public enum Stage {
  /** Nothing has been taken out of the normal stock. */
  PLANNED,
  /** Its pools are open: it sells from its start to its end. */
  WARM,
  /** It is over: what its pools had is normal stock again. */
  ENDED,
  /** The same, before its time and by hand. */
  STOPPED;

  /** As the table has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
