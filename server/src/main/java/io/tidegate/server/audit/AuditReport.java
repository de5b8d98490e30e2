package io.tidegate.server.audit;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
    /** What shows it can't be reached here or now, so nothing is known; a note says why. */
    SKIPPED,
    /** Rows can't show it; a test or a bench does. */
    BY_TEST,
    /** Neither rows nor a test nor a bench show it yet. */
    NOT_BUILT;

    /** Whether rows were looked at. */
    public boolean isAsked() {
      return switch (this) {
        case OK, BROKEN, EMPTY -> true;
        case SKIPPED, BY_TEST, NOT_BUILT -> false;
      };
    }
  }

  /** A row that breaks a name. */
  public record Sample(String key, String expected, String actual) {}

  /**
   * One name's finding.
   *
   * @param says it in a few words
   * @param checked rows looked at, now or by an earlier audit
   * @param kept those of them that stand on an earlier audit's checkpoint
   * @param broken rows that break it
   * @param sample some of them
   * @param tests what shows it where rows can't: {@code package.Class#method}, {@code bench WHAT:
   *     target}
   * @param notes what a reader should know, such as {@code not_at_rest}
   */
  public record Invariant(
      String name,
      String says,
      When when,
      Status status,
      long checked,
      long kept,
      long broken,
      List<Sample> sample,
      List<String> tests,
      List<String> notes,
      long millis) {}

  public AuditReport {
    pending = List.copyOf(pending);
    invariants = List.copyOf(invariants);
  }

  /** A report as {@link #toJson} wrote it. */
  static AuditReport of(String json) {
    JsonNode report = JsonMapper.shared().readTree(json);
    List<Invariant> invariants = new ArrayList<>();
    for (JsonNode row : report.required("invariants")) {
      invariants.add(invariant(row));
    }
    return new AuditReport(
        report.required("version").asString(),
        Instant.parse(report.required("snapshotAt").asString()),
        report.required("atRest").asBoolean(),
        report.required("full").asBoolean(),
        report.required("millis").asLong(),
        words(report.path("pending")),
        invariants);
  }

  private static Invariant invariant(JsonNode row) {
    List<Sample> sample = new ArrayList<>();
    for (JsonNode one : row.required("sample")) {
      sample.add(
          new Sample(
              one.required("key").asString(),
              one.required("expected").asString(),
              one.required("actual").asString()));
    }
    return new Invariant(
        row.required("name").asString(),
        row.required("says").asString(),
        When.valueOf(row.required("when").asString().toUpperCase(Locale.ROOT)),
        Status.valueOf(row.required("status").asString().toUpperCase(Locale.ROOT)),
        row.required("checked").asLong(),
        row.required("fromCheckpoint").asLong(),
        row.required("broken").asLong(),
        sample,
        words(row.path("tests")),
        words(row.path("notes")),
        row.required("millis").asLong());
  }

  private static List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>();
    array.forEach(word -> words.add(word.asString()));
    return words;
  }

  /** How many names are broken. */
  public int broken() {
    return (int) invariants.stream().filter(row -> row.status() == Status.BROKEN).count();
  }

  /** Whether anything stands on an earlier audit's checkpoint. */
  public boolean kept() {
    return invariants.stream().anyMatch(row -> row.kept() > 0);
  }

  /** A name's finding. */
  public Invariant invariant(String name) {
    return invariants.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** One JSON document. */
  public String toJson() {
    JsonWriter json =
        new JsonWriter(16_384)
            .beginObject()
            .field("version", version)
            .field("snapshotAt", snapshotAt)
            .field("atRest", atRest)
            .field("full", full)
            .field("millis", millis);
    words(json, "pending", pending);
    json.name("invariants").beginArray();
    for (Invariant row : invariants) {
      write(json, row);
    }
    json.endArray().field("broken", broken()).endObject();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  private static void write(JsonWriter json, Invariant row) {
    json.beginObject()
        .field("name", row.name())
        .field("says", row.says())
        .field("when", lower(row.when()))
        .field("status", lower(row.status()))
        .field("checked", row.checked())
        .field("fromCheckpoint", row.kept())
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
    words(json, "tests", row.tests());
    words(json, "notes", row.notes());
    json.field("millis", row.millis()).endObject();
  }

  /** A table for people: a line for each name, and beneath it what they should know of it. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "name", "what it says", "status", "looked at", "kept", "broken", "ms");
    for (Invariant row : invariants) {
      boolean asked = row.status().isAsked();
      line(
          table,
          row.name(),
          row.says(),
          lower(row.status()),
          asked ? Long.toString(row.checked() - row.kept()) : "",
          asked && row.kept() > 0 ? Long.toString(row.kept()) : "",
          asked ? Long.toString(row.broken()) : "",
          asked ? Long.toString(row.millis()) : "");
      for (String note : row.notes()) {
        beneath(table, note);
      }
      if (!asked) {
        row.tests().forEach(test -> beneath(table, test.substring(test.lastIndexOf('.') + 1)));
      }
      for (Sample sample : row.sample()) {
        beneath(
            table,
            "%s: expected %s, is %s".formatted(sample.key(), sample.expected(), sample.actual()));
      }
    }
    table.append(
        "%nat %s, %s, %s, %d ms: %s%n"
            .formatted(
                snapshotAt,
                kept() ? "what was settled is kept from an earlier audit" : "everything was read",
                atRest ? "at rest" : "not at rest (" + String.join(", ", pending) + ")",
                millis,
                (broken() == 0 ? "nothing is broken" : broken() + " names are broken")
                    + leftOut()));
    return table.toString();
  }

  /** What can't be told now: nobody should take it for what holds. */
  private String leftOut() {
    String names =
        invariants.stream()
            .filter(row -> row.status() == Status.SKIPPED)
            .map(Invariant::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; not told: " + names;
  }

  private static void beneath(StringBuilder table, String text) {
    table.append("      ").append(text).append(System.lineSeparator());
  }

  private static void line(
      StringBuilder table,
      String name,
      String says,
      String status,
      String looked,
      String kept,
      String broken,
      String millis) {
    table.append(
        "%-4s  %-54s  %-9s  %10s  %10s  %7s  %6s"
            .formatted(name, says, status, looked, kept, broken, millis)
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
