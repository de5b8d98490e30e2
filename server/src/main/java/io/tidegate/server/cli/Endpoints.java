package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a running system listens, as it tells other programs in {@code run/endpoints.json}.
 *
 * @param api URL of the API
 * @param console URL of the console
 * @param simulators URL of the simulators; empty where there are none
 * @param database what {@code db.url} takes, password included
 * @param rocketmq what {@code rocketmq.namesrv} takes
 * @param brokerReady whether messages can be sent
 */
record Endpoints(
    long pid,
    String version,
    String api,
    String console,
    String simulators,
    String database,
    String rocketmq,
    boolean brokerReady) {

  static Path file(Path data) {
    return data.resolve("run").resolve("endpoints.json");
  }

  /** What the system that runs on this data directory told; nothing where none runs. */
  static Optional<Endpoints> ofRunning(Path data) {
    return PrivateFile.read(file(data))
        .flatMap(Endpoints::parse)
        .filter(told -> ProcessHandle.of(told.pid()).isPresent());
  }

  private static Optional<Endpoints> parse(String text) {
    try {
      JsonNode json = JsonMapper.shared().readTree(text);
      return Optional.of(
          new Endpoints(
              json.path("pid").asLong(),
              json.path("version").asString(""),
              json.path("api").asString(""),
              json.path("console").asString(""),
              json.path("simulators").asString(""),
              json.path("database").asString(""),
              json.path("rocketmq").asString(""),
              json.path("brokerReady").asBoolean(false)));
    } catch (JacksonException e) {
      return Optional.empty(); // of another version, or somebody's own file
    }
  }

  Endpoints withBrokerReady(boolean now) {
    return new Endpoints(pid, version, api, console, simulators, database, rocketmq, now);
  }

  /** Tells other programs. */
  void write(Path data) {
    Path file = file(data);
    PrivateFile.folder(data.resolve("run"));
    PrivateFile.write(file, json() + "\n");
  }

  /** What was told holds no longer. */
  static void remove(Path data) {
    try {
      Files.deleteIfExists(file(data));
    } catch (IOException e) {
      throw new Failure(file(data) + " can't be removed: " + PrivateFile.reason(e), e);
    }
  }

  private String json() {
    JsonWriter json =
        new JsonWriter(512)
            .beginObject()
            .field("pid", pid)
            .field("version", version)
            .field("api", api)
            .field("console", console)
            .field("simulators", simulators)
            .field("database", database)
            .field("rocketmq", rocketmq)
            .field("brokerReady", brokerReady)
            .endObject();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Endpoints[" + api + "]"; // the database's address has its password
  }
}
