package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.time.Duration;

/** Fills the lake of a demo system with made-up orders that the order database does not have. */
@FunctionalInterface
public interface LakeFills {

  /**
   * What is wanted.
   *
   * @param months how far back they go; they end with yesterday
   * @param users customers' numbers, 1 to this
   * @param seed the same one makes the same choices
   */
  record Wish(long orders, int months, int users, long seed) {}

  /**
   * What was done.
   *
   * @param rows of all tables
   * @param bytes of all files
   * @param all whether it is complete
   */
  record Report(long orders, long rows, long bytes, Duration time, boolean all) {}

  Report run(Settings settings, String jdbcUrl, Wish wish, Fills.Audience audience);
}
