package io.tidegate.shop.reporting;

import java.util.Locale;

/** What a column of a report holds, with its unit. */
public enum ReportType {
  TEXT,

  /** A business day. */
  DAY,

  /** The first day of a month. */
  MONTH,

  /** An hour of a business day, 0 to 23. */
  HOUR,

  COUNT,

  /** Minor units of the currency that the row names. */
  MONEY,

  /** A part of one. */
  SHARE,

  /** A number with a fraction. */
  RATIO,

  MILLISECONDS;

  /** Its name outside. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
