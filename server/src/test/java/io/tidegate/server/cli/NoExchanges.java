package io.tidegate.server.cli;

import java.nio.file.Path;

/** Files that no test of another command may touch. */
final class NoExchanges implements Exchanges {

  @Override
  public Taken take(String jdbcUrl, What what, Path file, String actor, Audience audience) {
    throw new AssertionError("nothing is imported");
  }

  @Override
  public long takeStatement(String jdbcUrl, Statement which, Path file, String actor) {
    throw new AssertionError("nothing is imported");
  }

  @Override
  public long give(String jdbcUrl, What what, Path file, boolean bom, Audience audience) {
    throw new AssertionError("nothing is exported");
  }
}
