package io.tidegate.harness.bench;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What every document of a bench begins with, for those that measure no load. */
public final class Heading {
  private Heading() {}

  /**
   * Of what was run when, where, and on which database.
   *
   * @param database the system's JDBC URL; it must still run
   */
  public static ObjectNode json(
      String what, Instant startedAt, Optional<String> version, String database)
      throws BenchFailure {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    version.ifPresent(v -> json.put("version", v));
    Launcher.commitOf().ifPresent(c -> json.put("commit", c));
    json.put("startedAt", startedAt.toString()).put("what", what);
    json.set("machine", Machine.json());
    json.putObject("settings");
    try (DatabaseFigures figures = DatabaseFigures.connect(database)) {
      CountedJson.durability(json.putObject("durability"), Durability.of(figures));
    }
    return json;
  }
}
