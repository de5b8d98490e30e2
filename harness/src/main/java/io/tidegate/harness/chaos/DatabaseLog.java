package io.tidegate.harness.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a database of our own wrote down, which its being killed does not make it forget. */
final class DatabaseLog {
  private static final String DEADLOCK = "ERROR:  deadlock detected";

  private DatabaseLog() {}

  /**
   * Transactions that ended each other; its own statistics begin anew after a kill. Our engine
   * writes each down at once, in English, and keeps a day's file for a week.
   *
   * @param data the system's folder
   * @return empty where there is no log to be read
   */
  static Optional<Long> deadlocks(Path data) {
    Path folder = data.resolve("postgres/log");
    long deadlocks = 0;
    boolean read = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        // Not UTF-8: a kill may have cut a character in two.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
          deadlocks += lines.filter(line -> line.contains(DEADLOCK)).count();
          read = true;
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
    return read ? Optional.of(deadlocks) : Optional.empty();
  }
}
