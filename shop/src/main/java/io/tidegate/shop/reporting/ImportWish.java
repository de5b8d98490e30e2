package io.tidegate.shop.reporting;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Orders of another shop that are to be taken.
 *
 * @param names what columns are called in the files, by the name that they have here
 * @param dryRun whether to look only
 */
public record ImportWish(
    List<Path> files, Format format, Map<String, String> names, boolean dryRun) {

  /** What the files are. */
  public enum Format {
    CSV,
    PARQUET
  }

  public ImportWish {
    files = List.copyOf(files);
    names = Map.copyOf(names);
  }
}
