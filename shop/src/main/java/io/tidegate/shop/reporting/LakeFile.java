package io.tidegate.shop.reporting;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A file of the lake, as the manifest names it.
 *
 * @param id its row
 * @param level 0 as it was written; files of one level become one of the next
 * @param bytes its size
 * @param checksum CRC-32C of its bytes
 * @param positions of the log, from whose events it can be made again
 * @param newest when its latest row happened
 * @param source the archive's file that it can be made again from; empty: from the log
 * @param uploadedAt since when the mirror has it
 * @param waitingSince since when it has not been here as it was, and can't be had now
 */
public record LakeFile(
    long id,
    LakeTable table,
    LocalDate day,
    String path,
    int level,
    long rows,
    long bytes,
    long checksum,
    Positions positions,
    Instant newest,
    State state,
    Instant madeAt,
    @Nullable Instant uploadedAt,
    @Nullable Instant waitingSince,
    String source) {

  /** Whether it can be read, as far as is known: one that waits is left out until it is back. */
  public boolean isHere() {
    return waitingSince == null;
  }

  /** What a file is. */
  public enum State {
    /** It counts. */
    LIVE,

    /** Others took its place; it is removed after a while. */
    GONE,

    /** It is broken, and the log has not everything any more to make it again. */
    LOST
  }

  /**
   * A file that was written and is in no manifest yet.
   *
   * @param path beneath the lake's folder
   */
  public record Written(
      LakeTable table,
      LocalDate day,
      String path,
      int level,
      long rows,
      long bytes,
      long checksum,
      Positions positions,
      Instant newest) {}
}
