package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Takes the orders of another shop. */
public interface OrderImports {

  /**
   * What is asked for.
   *
   * @param parquet whether the files are Parquet; else CSV
   * @param names what columns are called in the files, by the name that they have here
   * @param dryRun whether to look only
   */
  record Wish(List<Path> files, boolean parquet, Map<String, String> names, boolean dryRun) {}

  /** What was done; see the JSON document. */
  record Report(
      long rows,
      long badRows,
      long orders,
      long badOrders,
      long same,
      long taken,
      int months,
      boolean all) {}

  /** Who watches it. */
  interface Audience {
    void bad(String file, long line, String column, String why);

    void says(String step);

    void reached(long orders, long of);

    boolean stopAsked();
  }

  Report run(Settings settings, String jdbcUrl, Wish wish, Audience audience);

  /**
   * Takes what customers had of points, once for each.
   *
   * @return how many accounts were opened
   */
  long points(Settings settings, String jdbcUrl, Path file, String by, Audience audience);
}
