package io.tidegate.harness.bench;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What an audit's document says of its names, for benches and trials. */
public final class AuditNames {
  /**
   * What the auditor notes where its time was up before sums could be compared. Nothing is broken
   * then, for nobody has looked. Another reason to skip is that something cannot be looked at here.
   */
  private static final String TOOK_TOO_LONG = "sums_took_too_long";

  private AuditNames() {}

  /** Names for which there was no time. */
  public static List<String> tookTooLong(JsonNode audit) {
    List<String> names = new ArrayList<>();
    for (JsonNode name : audit.path("invariants")) {
      for (JsonNode note : name.path("notes")) {
        if (note.asString("").equals(TOOK_TOO_LONG)) {
          names.add(name.path("name").asString(""));
        }
      }
    }
    return List.copyOf(names);
  }
}
