package io.tidegate.server.config;

import java.nio.file.Path;

/** Where a value came from, as it is shown to a person. */
sealed interface Origin {
  /** Nobody set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** A line of a file, counted from 1. */
  record Line(Path file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** A variable of the environment. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return "environment " + name;
    }
  }

  /** A word of the command line, without its value. */
  record Flag(String word) implements Origin {
    @Override
    public String toString() {
      return "flag " + word;
    }
  }
}
