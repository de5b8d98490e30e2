package io.tidegate.server.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;

/** Takes goods, prices, stock and statements out of files, and puts the first three into files. */
public interface Exchanges {

  /** What a file is about. */
  enum What {
    /** Products and SKUs with their prices, a SKU in each row. */
    GOODS,
    /** A list price in each row. */
    PRICES,
    /** What lies in a warehouse of a SKU, in each row. */
    STOCK,
    /** What moved at a payment provider on a day, in each row; only taken. */
    STATEMENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A row, or a cell of it, that was not taken.
   *
   * @param line counts from 1, the header's line included
   * @param column empty where it is the row as a whole
   */
  record Bad(long line, String column, String why) {}

  /**
   * What came of a file.
   *
   * @param rows without the header and empty lines
   * @param written rows that changed something
   * @param same rows that said what was so already
   * @param bad rows that were not taken
   * @param all whether the file was read to its end
   */
  record Taken(long rows, long written, long same, long bad, boolean all) {}

  /** Whoever watches. */
  interface Audience {
    /** How far it is: bytes of a file, or rows. */
    void reached(long done, long of);

    void bad(Bad bad);

    /** Whether it shall end soon. */
    boolean stopAsked();
  }

  /**
   * Takes what a file says, in transactions of at most 200 rows. A bad row is told, and the others
   * are taken. The same file again changes nothing.
   *
   * @param actor who does it, for the record of acts
   * @throws Failure where the file can't be read, or its header is not right
   */
  Taken take(String jdbcUrl, What what, Path file, String actor, Audience audience);

  /**
   * Which statement a file is.
   *
   * @param zone cuts the business days
   */
  record Statement(String provider, LocalDate day, ZoneId zone) {}

  /**
   * Takes a provider's statement of a day, whole, in the place of one that was there.
   *
   * @param actor who does it, for the record of acts
   * @return how many lines it has
   * @throws Failure where the file can't be read, or is no statement
   */
  long takeStatement(String jdbcUrl, Statement which, Path file, String actor);

  /**
   * Writes a file that can be taken again.
   *
   * @param bom whether it begins with a byte order mark, which some spreadsheets want
   * @return how many rows it has, without the header
   */
  long give(String jdbcUrl, What what, Path file, boolean bom, Audience audience);
}
