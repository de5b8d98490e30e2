package io.tidegate.shop.reporting;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;

/**
 * Where the lake is, and what bounds it.
 *
 * @param folder the lake's
 * @param temporary where DuckDB puts what doesn't fit into its memory
 * @param zone cuts business days
 * @param memoryBytes of DuckDB at most
 * @param threads of DuckDB
 * @param smallFilesMax files of one level that a table's day may have before they become one
 * @param grace how long a file stays after another one took its place: who reads it finishes
 * @param orphanAfter how old a file must be that no manifest names, before it is removed
 */
public record LakeSettings(
    Path folder,
    Path temporary,
    ZoneId zone,
    long memoryBytes,
    int threads,
    int smallFilesMax,
    Duration grace,
    Duration orphanAfter) {

  public static LakeSettings of(Path folder, Path temporary, ZoneId zone) {
    return new LakeSettings(
        folder, temporary, zone, 512L << 20, 1, 16, Duration.ofMinutes(2), Duration.ofHours(1));
  }

  /** The same with other bounds of DuckDB. */
  public LakeSettings withEngine(long memory, int most) {
    return new LakeSettings(
        folder, temporary, zone, memory, most, smallFilesMax, grace, orphanAfter);
  }

  /** The same with another number of small files, and other waits. */
  public LakeSettings withFiles(int small, Duration stays, Duration orphan) {
    return new LakeSettings(folder, temporary, zone, memoryBytes, threads, small, stays, orphan);
  }
}
