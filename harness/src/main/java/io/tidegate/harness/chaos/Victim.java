package io.tidegate.harness.chaos;

import java.util.Locale;

/** What is killed, in turn. */
enum Victim {
  /** The program: engines are orphaned, and taken up by the next one. */
  PROGRAM,
  /** PostgreSQL's first process: its sessions end, the program starts another. */
  POSTMASTER,
  /** One session: PostgreSQL ends all others and recovers. */
  BACKEND,
  /** RocketMQ: orders go on. */
  BROKER,
  /** All of them at once, and the provider. */
  ALL;

  /** Whether somebody must start the program again. */
  boolean endsProgram() {
    return switch (this) {
      case PROGRAM, ALL -> true;
      case POSTMASTER, BACKEND, BROKER -> false;
    };
  }

  String words() {
    return name().toLowerCase(Locale.ROOT);
  }
}
