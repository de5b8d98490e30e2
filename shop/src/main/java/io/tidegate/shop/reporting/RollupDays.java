package io.tidegate.shop.reporting;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The days whose figures are read from raw rows, since none are kept or others are there by now.
 *
 * @param daily of each rollup that is made of a day alone
 * @param historic of the others: all days behind the last one that is kept
 */
record RollupDays(Map<Rollup, Days> daily, Days historic) {

  Days of(Rollup rollup) {
    return rollup.isHistoric() ? historic : daily.getOrDefault(rollup, Days.NONE);
  }

  /** Without the daily rollups' days that can't be read whole now: those are not kept. */
  RollupDays whole(LakeDays now) {
    Map<Rollup, Days> whole = new EnumMap<>(Rollup.class);
    daily.forEach(
        (rollup, days) -> whole.put(rollup, days.where(day -> now.isWhole(rollup.reads(), day))));
    return new RollupDays(whole, historic);
  }

  /** The days of any daily rollup. */
  Days ofAnyDaily() {
    Set<LocalDate> days = new HashSet<>();
    daily.values().forEach(each -> days.addAll(each.all()));
    return Days.of(days);
  }
}
