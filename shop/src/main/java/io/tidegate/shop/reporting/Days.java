package io.tidegate.shop.reporting;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Some business days, in order.
 *
 * @param all each once
 */
record Days(List<LocalDate> all) {

  static final Days NONE = new Days(List.of());

  Days {
    all = List.copyOf(new TreeSet<>(all));
  }

  static Days of(Collection<LocalDate> days) {
    return new Days(List.copyOf(days));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  boolean has(LocalDate day) {
    return all.contains(day);
  }

  Days where(Predicate<LocalDate> wanted) {
    return new Days(all.stream().filter(wanted).toList());
  }

  /** The first ones. */
  Days first(int most) {
    return new Days(all.subList(0, Math.min(most, all.size())));
  }

  /** As a list in SQL; of none, one that nothing is in. */
  String sql() {
    return all.isEmpty()
        ? "null::date"
        : all.stream().map(day -> "date '" + day + "'").collect(Collectors.joining(", "));
  }
}
