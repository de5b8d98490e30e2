package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.nio.file.Path;

/** A program that takes no orders of other shops. */
final class NoOrderImports implements OrderImports {

  @Override
  public Report run(Settings settings, String jdbcUrl, Wish wish, Audience audience) {
    throw new AssertionError("no orders are imported here");
  }

  @Override
  public long points(Settings settings, String jdbcUrl, Path file, String by, Audience audience) {
    throw new AssertionError("no points are imported here");
  }
}
