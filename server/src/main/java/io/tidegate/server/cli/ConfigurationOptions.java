package io.tidegate.server.cli;

import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command has: where the data is, and what is configured. */
final class ConfigurationOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: data beside the launcher).")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file (default: tidegate.properties in the data directory).")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key; may be repeated. The command config lists all keys.")
  private List<String> sets = new ArrayList<>();

  private final Map<String, String> shorthands = new HashMap<>();

  /** Takes the value of a flag that stands for a key. */
  void shorthand(String key, @Nullable String value) {
    if (value != null) {
      shorthands.put(key, value);
    }
  }

  /** Uses this directory, whatever was asked for. */
  void data(Path directory) {
    data = directory;
  }

  Path data() {
    Path named = data;
    if (named != null) {
      return named.toAbsolutePath().normalize();
    }
    String home = System.getProperty("tidegate.home", "");
    return Path.of(home.isEmpty() ? "." : home, "data").toAbsolutePath().normalize();
  }

  Configuration read() {
    return Configuration.read(new Sources(data(), config, System.getenv(), sets, shorthands));
  }

  Settings settings() {
    return read().settings();
  }
}
