package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.util.function.Consumer;

/** Checks every invariant against the database. */
@FunctionalInterface
public interface Audits {
  /**
   * What an audit found.
   *
   * @param json one document
   * @param table the same for a person
   * @param broken whether any invariant is
   */
  record Report(String json, String table, boolean broken) {}

  /**
   * Runs all checks.
   *
   * @param jdbcUrl the database, with user and password
   * @param full whether everything is looked at, not only what changed of late
   * @param progress hears a line for each check
   */
  Report run(Settings settings, String jdbcUrl, boolean full, Consumer<String> progress);
}
