package io.tidegate.server.doctor;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.doctor.Check.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at everything that a system stands on. */
public final class Doctor {

  private Doctor() {}

  /** All that was found. */
  public record Findings(List<Check> checks) {

    public Findings {
      checks = List.copyOf(checks);
    }

    public long wrong() {
      return count(Verdict.WRONG);
    }

    public long count(Verdict verdict) {
      return checks.stream().filter(check -> check.verdict() == verdict).count();
    }

    /** One document. */
    public String toJson(String version, String data) {
      JsonWriter json = new JsonWriter(8_192).beginObject();
      json.field("version", version).field("data", data).name("checks").beginArray();
      for (Check check : checks) {
        json.beginObject()
            .field("area", check.area())
            .field("name", check.name())
            .field("status", word(check.verdict()))
            .field("found", check.found())
            .fieldIfPresent("advice", check.advice().isEmpty() ? null : check.advice())
            .endObject();
      }
      json.endArray().field("wrong", wrong()).endObject();
      return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    /** A line each for a person. */
    public String toTable() {
      StringBuilder table = new StringBuilder();
      for (Check check : checks) {
        table.append(
            String.format(
                Locale.ROOT,
                "%-6s %-9s %-20s %s%s%n",
                word(check.verdict()),
                check.area(),
                check.name(),
                check.found(),
                check.advice().isEmpty() ? "" : ": " + check.advice()));
      }
      return table
          .append(wrong())
          .append(" wrong, ")
          .append(count(Verdict.NOTE))
          .append(" to note, ")
          .append(count(Verdict.OK))
          .append(" well")
          .toString();
    }

    private static String word(Verdict verdict) {
      return verdict.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Makes all checks; what can't be asked is a finding too. */
  public static Findings examine(Target target) throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    MachineChecks.run(target, new Check.Area("machine", checks));
    DatabaseChecks.run(target, new Check.Area("database", checks));
    BrokerChecks.run(target, new Check.Area("broker", checks));
    return new Findings(checks);
  }
}
