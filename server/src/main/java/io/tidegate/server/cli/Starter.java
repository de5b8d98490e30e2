package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.util.function.Consumer;

/** Starts all parts on engines that run; migrates the database first. */
@FunctionalInterface
public interface Starter {
  /**
   * Returns when requests are taken.
   *
   * @param progress hears a line for each step
   */
  Running start(Settings settings, Engines engines, Consumer<String> progress);
}
