package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.time.Duration;

/** Fills a demo system with made-up orders. */
@FunctionalInterface
public interface Fills {

  /**
   * What is wanted.
   *
   * @param orders all of them, the unpaid ones too
   * @param months how far back they go
   * @param users customers' numbers, 1 to this
   * @param seed the same one makes the same choices
   * @param unpaid how many of them wait for their payment, till far in the future
   * @param settled whether no parcel shall be under way, so that nothing is left to do
   */
  record Wish(long orders, int months, int users, long seed, long unpaid, boolean settled) {}

  /**
   * What the rest will take, by what was measured so far.
   *
   * @param there orders that are written
   * @param left orders that are not
   */
  record Estimate(long there, long left, Duration time, long bytes) {}

  /**
   * What was done.
   *
   * @param orders written now
   * @param before written by an earlier try
   * @param bytes by how much the database grew
   * @param all whether it is complete
   */
  record Report(long orders, long before, Duration time, long bytes, boolean all) {}

  /** Whoever watches. */
  interface Audience {
    void says(String line);

    /**
     * What an earlier try has left, before anything is written: whoever has no room for the rest
     * ends it.
     *
     * @param past orders with a whole past
     * @param waiting unpaid ones
     */
    default void finds(long past, long waiting) {}

    /** Whether it shall go on. */
    boolean goOn(Estimate estimate);

    void filled(long orders, long of);

    /** Whether it shall end soon. */
    boolean stopAsked();
  }

  Report run(Settings settings, String jdbcUrl, Wish wish, Audience audience);
}
