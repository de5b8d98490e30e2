package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What has been found of one name so far. */
final class Finding {

  /** Broken rows that are shown. */
  static final int SAMPLES_MAX = 10;

  /** Rows looked at, now or earlier. */
  long checked;

  /** Those of them that an earlier audit looked at. */
  long kept;

  long broken;
  long nanos;
  boolean asked;

  /** Why it could not be looked at here and now, in a word; empty: no such thing. */
  String skipped = "";

  final List<Sample> samples = new ArrayList<>();
  final TreeSet<String> notes = new TreeSet<>();

  void bad(Sample sample) {
    broken++;
    show(sample);
  }

  void show(Sample sample) {
    if (samples.size() < SAMPLES_MAX) {
      samples.add(sample);
    }
  }
}
