package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a system listens, as it tells in its data folder.
 *
 * @param simulators absent where it runs without
 * @param database its JDBC URL
 * @param rocketmq the address of its broker's name server
 * @param pid absent where the system is elsewhere
 */
public record Endpoints(
    URI api,
    Optional<URI> simulators,
    String database,
    Optional<String> rocketmq,
    Optional<String> version,
    OptionalLong pid) {

  /** What the system that runs on this data folder tells. */
  public static Endpoints of(Path data) throws BenchFailure {
    JsonNode json = read(data);
    return new Endpoints(
        URI.create(required(json, "api")),
        text(json, "simulators").map(URI::create),
        required(json, "database"),
        text(json, "rocketmq"),
        text(json, "version"),
        pid(json));
  }

  /** The same, where the caller knows the address, and perhaps the database. */
  static Endpoints of(URI api, @Nullable Path data, @Nullable String database) throws BenchFailure {
    JsonNode json = data == null ? JsonMapper.shared().createObjectNode() : read(data);
    Optional<String> url = database == null ? text(json, "database") : Optional.of(database);
    return new Endpoints(
        api,
        text(json, "simulators").map(URI::create),
        url.orElseThrow(
            () -> new BenchFailure("a running system needs --database URL or --data DIR")),
        text(json, "rocketmq"),
        text(json, "version"),
        pid(json));
  }

  private static JsonNode read(Path data) throws BenchFailure {
    Path file = data.resolve("run").resolve("endpoints.json");
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new BenchFailure(file + " cannot be read", e);
    }
  }

  private static String required(JsonNode json, String name) throws BenchFailure {
    return text(json, name).orElseThrow(() -> new BenchFailure("endpoints.json lacks " + name));
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.ofNullable(json.path(name).stringValue(null)).filter(t -> !t.isEmpty());
  }

  private static OptionalLong pid(JsonNode json) {
    JsonNode pid = json.path("pid");
    return pid.isIntegralNumber() ? OptionalLong.of(pid.longValue()) : OptionalLong.empty();
  }

  @Override
  public String toString() {
    return "Endpoints[" + api + "]"; // The database's URL has its password.
  }
}
