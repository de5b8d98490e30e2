package io.tidegate.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where settings are looked for.
 *
 * @param data the data directory
 * @param file the file that was named, or null: {@code tidegate.properties} in the data directory,
 *     where there is one
 * @param environment all variables
 * @param sets what follows {@code --set}, each {@code key=value}
 * @param shorthands values of flags that stand for a key ({@code --port}), by key
 */
public record Sources(
    Path data,
    @Nullable Path file,
    Map<String, String> environment,
    List<String> sets,
    Map<String, String> shorthands) {
  /** The file's name in the data directory. */
  public static final String FILE_NAME = "tidegate.properties";

  public Sources {
    environment = Map.copyOf(environment);
    sets = List.copyOf(sets);
    shorthands = Map.copyOf(shorthands);
  }
}
