package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.time.YearMonth;
import java.util.List;
import java.util.function.Consumer;

/** Takes months of orders out of the database. */
@FunctionalInterface
public interface Retires {

  /**
   * What is wanted.
   *
   * @param dryRun says what stands against it, and changes nothing
   * @param keep whether the detached tables stay in the database
   */
  record Wish(YearMonth month, boolean dryRun, boolean keep) {}

  /**
   * What it came to.
   *
   * @param against what stands against it; nothing: it is done, or may be
   * @param retired whether the month's orders are in files only
   */
  record Report(long orders, List<String> against, boolean retired) {}

  /**
   * Does it, or goes on where it was broken off.
   *
   * @param jdbcUrl the database, with user and password
   * @param progress hears a line for each thing that is done
   */
  Report run(Settings settings, String jdbcUrl, Wish wish, Consumer<String> progress);
}
