package io.tidegate.harness.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Calls that met a fault, by whom it made ill: a fault that nobody met shows nothing. */
final class Struck {
  private final Map<String, Long> calls = new TreeMap<>();

  /**
   * @param kinds that a fault is set of
   */
  Struck(List<String> kinds) {
    kinds.forEach(kind -> calls.put(kind, 0L));
  }

  /** One more turn, as {@link Faults#struck} tells it before the faults are taken back. */
  void add(Map<String, Long> turn) {
    turn.forEach((kind, struck) -> calls.merge(kind, struck, Long::sum));
  }

  /**
   * Each of them must have met somebody, in all turns together.
   *
   * @param fault a name of what was wrong
   */
  void judge(Report report, String fault) {
    calls.forEach((kind, struck) -> {
      report.section("struck").withObject("/" + fault).put(kind, struck);
      report.check(
          fault + "_" + kind + "_was_met", "at least 1 call", Long.toString(struck), struck > 0);
    });
  }
}
