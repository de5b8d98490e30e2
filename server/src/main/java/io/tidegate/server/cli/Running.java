package io.tidegate.server.cli;

import io.tidegate.server.config.Secret;

/** All parts of the program, running. */
public interface Running extends AutoCloseable {
  /** The port that takes requests. */
  int apiPort();

  /**
   * Signs what the sandbox provider and we say to each other: {@code sandbox.secret}, else the one
   * that all nodes share in the database. Not given where there is no sandbox provider.
   */
  Secret sandboxSecret();

  /**
   * What simulated providers sign and verify with. Not given where there are none; it may have to
   * be made first, which takes a moment.
   */
  default Secret simulatorKeys() {
    return Secret.NONE;
  }

  /** Lets requests finish, drains lanes and consumers, closes the database's sessions. */
  @Override
  void close();
}
