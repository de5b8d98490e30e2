package io.tidegate.server.cli;

/** The exit codes of every command. */
final class ExitCode {
  static final int DONE = 0;

  /** It could not run. */
  static final int FAILED = 1;

  /** Usage or configuration. */
  static final int USAGE = 2;

  /** It ran, and something is broken or a target was missed. */
  static final int BROKEN = 3;

  private ExitCode() {}
}
