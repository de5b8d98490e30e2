package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import io.tidegate.harness.bench.Report.Sense;
import io.tidegate.harness.chaos.Finding.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/** What a trial found, as programs and as people read it. */
record Verdict(List<Finding> findings) {
  private static final int SHOWN_MAX = 100;

  Verdict {
    findings = List.copyOf(findings);
  }

  boolean good() {
    return findings.isEmpty();
  }

  long count(Kind kind) {
    return findings.stream().filter(f -> f.kind() == kind).count();
  }

  /** A trial's document, as far as all of them have it. */
  Report report(String what, Instant startedAt, Optional<String> version, AtEnd end) {
    Report report = Report.of(what, startedAt, version);
    for (Kind kind : Kind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      report.count(name, count(kind));
      report.check("nothing_" + name, 0, count(kind));
    }
    end.into(report);
    listInto(report.list("findings"));
    report.target("lost", Sense.AT_MOST, 0, (double) count(Kind.LOST));
    report.target("doubled", Sense.AT_MOST, 0, (double) count(Kind.DOUBLED));
    return report;
  }

  private void listInto(ArrayNode list) {
    findings.stream()
        .limit(SHOWN_MAX)
        .forEach(f ->
            list.addObject()
                .put("kind", f.kind().name().toLowerCase(Locale.ROOT))
                .put("what", f.what()));
  }

  /** Counts in a line. */
  String counts() {
    return "lost %d, doubled %d, unsettled %d, broken %d"
        .formatted(
            count(Kind.LOST), count(Kind.DOUBLED), count(Kind.UNSETTLED), count(Kind.BROKEN));
  }

  /** The first of them, one a line. */
  String lines() {
    StringBuilder text = new StringBuilder();
    findings.stream().limit(SHOWN_MAX).forEach(f -> text.append(f).append(System.lineSeparator()));
    return text.toString();
  }
}
