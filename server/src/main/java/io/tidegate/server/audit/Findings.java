package io.tidegate.server.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has been found so far, name by name. */
final class Findings {
  private final Map<String, Finding> all = new LinkedHashMap<>();

  Finding of(String name) {
    return all.computeIfAbsent(name, _ -> new Finding());
  }

  /** All of them, by name. */
  Map<String, Finding> all() {
    return all;
  }

  /** Notes that a name's question was asked. */
  void asked(String name) {
    of(name).asked = true;
  }

  /** Rows that were looked at, by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    all.forEach((name, finding) -> counts.put(name, finding.checked));
    return counts;
  }

  /** All broken rows. */
  long broken() {
    return all.values().stream().mapToLong(finding -> finding.broken).sum();
  }

  /** Shares out the time that was taken for several names at once. */
  void spread(List<String> names, long nanos) {
    names.forEach(name -> of(name).nanos += nanos / names.size());
  }

  /** Rows that an earlier audit looked at and that stand as they were. */
  void kept(Map<String, Long> checked) {
    checked.forEach((name, rows) -> {
      Finding finding = of(name);
      finding.checked += rows;
      finding.kept += rows;
    });
  }
}
