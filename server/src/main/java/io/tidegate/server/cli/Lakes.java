package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.util.function.Consumer;

/** Looks at the lake, from a program of its own beside the one that writes it. */
@FunctionalInterface
public interface Lakes {

  /** What is done. */
  enum Act {
    /** Tells how it stands. */
    STATUS,

    /** Compares every byte with the manifest, and the rows with the event log. */
    VERIFY,

    /** The same, and makes again what is broken. */
    REBUILD,

    /** The folder was lost: begins it anew, and makes all of its files again. */
    RESTORE
  }

  /**
   * What was found.
   *
   * @param json one document
   * @param table the same for a person
   * @param broken whether something is broken or lost, differs from the log, or never got there
   */
  record Report(String json, String table, boolean broken) {}

  /**
   * Does it.
   *
   * @param jdbcUrl the database, with user and password
   * @param progress hears a line for each step
   */
  Report run(Settings settings, String jdbcUrl, Act act, Consumer<String> progress);
}
