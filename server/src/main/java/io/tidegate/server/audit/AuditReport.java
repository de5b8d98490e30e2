package io.tidegate.server.audit;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What an audit has found, name by name.
 *
 * @param version the program's version
 * @param snapshotAt when it began, by the database's clock
 * @param atRest whether the queues had drained before and after
 * @param pending what was still under way, in words; empty at rest
 */
public record AuditReport(
    String version,
    Instant snapshotAt,
    boolean atRest,
    boolean full,
    long millis,
    List<String> pending,
    List<Invariant> invariants) {

  /** Whether a name holds in every snapshot. */
  public enum When {
    ALWAYS,
    AT_REST
  }

  /** What can be said of a name. */
  public enum Status {
    OK,
    BROKEN,
    /** There was nothing to look at, so nothing is known. */
    EMPTY,
    /** Rows can't show it; a test does. */
    BY_TEST,
    /** Neither rows nor a test show it yet. */
    NOT_BUILT
  }

  /** A row that breaks a name. */
  public record Sample(String key, String expected, String actual) {}

  /**
   * One name's finding.
   *
   * @param checked rows looked at
   * @param broken rows that break it
   * @param sample some of them
   * @param test the class that shows it, where status is BY_TEST; else empty
   * @param notes what a reader should know, such as {@code not_at_rest}
   */
  public record Invariant(
      String name,
      When when,
      Status status,
      long checked,
      long broken,
      List<Sample> sample,
      String test,
      List<String> notes,
      long millis) {}

  public AuditReport {
    pending = List.copyOf(pending);
    invariants = List.copyOf(invariants);
  }

  /** How many names are broken. */
  public int broken() {
    return (int) invariants.stream().filter(row -> row.status() == Status.BROKEN).count();
  }

  /** A name's finding. */
  public Invariant invariant(String name) {
    return invariants.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** One JSON document. */
  public String toJson() {
    JsonWriter json =
        new JsonWriter(8_192)
            .beginObject()
            .field("version", version)
            .field("snapshotAt", snapshotAt)
            .field("atRest", atRest)
            .field("full", full)
            .field("millis", millis);
    words(json, "pending", pending);
    json.name("invariants").beginArray();
    for (Invariant row : invariants) {
      json.beginObject()
          .field("name", row.name())
          .field("when", lower(row.when()))
          .field("status", lower(row.status()))
          .field("checked", row.checked())
          .field("broken", row.broken());
      json.name("sample").beginArray();
      for (Sample sample : row.sample()) {
        json.beginObject()
            .field("key", sample.key())
            .field("expected", sample.expected())
            .field("actual", sample.actual())
            .endObject();
      }
      json.endArray();
      json.fieldIfPresent("test", row.test().isEmpty() ? null : row.test());
      words(json, "notes", row.notes());
      json.field("millis", row.millis()).endObject();
    }
    json.endArray().field("broken", broken()).endObject();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  /** A table for people: a line for each name, the broken ones' rows beneath them. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "name", "when", "status", "checked", "broken", "ms", "");
    for (Invariant row : invariants) {
      line(
          table,
          row.name(),
          lower(row.when()),
          lower(row.status()),
          Long.toString(row.checked()),
          Long.toString(row.broken()),
          Long.toString(row.millis()),
          row.test().isEmpty() ? String.join("; ", row.notes()) : row.test());
      for (Sample sample : row.sample()) {
        table.append(
            "      %s: expected %s, is %s%n"
                .formatted(sample.key(), sample.expected(), sample.actual()));
      }
    }
    table.append(
        "%nat %s, %s%s, %d ms: %s%n"
            .formatted(
                snapshotAt,
                full ? "all folded again, " : "",
                atRest ? "at rest" : "not at rest (" + String.join(", ", pending) + ")",
                millis,
                broken() == 0 ? "nothing is broken" : broken() + " names are broken"));
    return table.toString();
  }

  private static void line(
      StringBuilder table,
      String name,
      String when,
      String status,
      String checked,
      String broken,
      String millis,
      String rest) {
    table.append(
        "%-4s  %-7s  %-9s  %11s  %7s  %6s  %s"
            .formatted(name, when, status, checked, broken, millis, rest)
            .stripTrailing());
    table.append(System.lineSeparator());
  }

  private static void words(JsonWriter json, String name, List<String> words) {
    if (words.isEmpty()) {
      return;
    }
    json.name(name).beginArray();
    words.forEach(json::value);
    json.endArray();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
