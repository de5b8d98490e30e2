package io.tidegate.shop.reporting;

import java.time.YearMonth;

/**
 * A file of the archive, as its manifest has it.
 *
 * @param path below the archive's folder, with slashes
 * @param kind {@link #ORDERS}, or the table whose rows it has
 * @param checksum CRC-32C of its bytes; {@link #NO_CHECKSUM} where it was not kept
 * @param amount the sum of its orders' totals; 0 where it has none
 */
public record ArchiveFile(
    String path,
    YearMonth month,
    String kind,
    Source source,
    long rows,
    long bytes,
    long checksum,
    long amount,
    long firstNumber,
    long lastNumber,
    int firstBucket,
    int lastBucket) {

  /** Files with documents, which are looked up; all others are rows as they were. */
  public static final String ORDERS = "orders";

  /** No checksum is below 0. */
  public static final long NO_CHECKSUM = -1;

  /** Where its orders come from. */
  public enum Source {
    RETIRED,
    IMPORTED;

    /** As the manifest and the files' names have it. */
    String code() {
      return this == RETIRED ? "retired" : "imported";
    }

    static Source of(String code) {
      return switch (code) {
        case "retired" -> RETIRED;
        case "imported" -> IMPORTED;
        default -> throw new IllegalArgumentException("no source of files: " + code);
      };
    }
  }
}
