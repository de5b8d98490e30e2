package io.tidegate.harness.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A script in the launcher's place: how the program goes wrong, which it does not do on demand. */
public final class Script {

  private Script() {}

  /** Writes it into a folder as {@code tidegate}, to be run by its owner. */
  public static Path launcher(Path folder, String script) throws IOException {
    Path file = Files.writeString(folder.resolve("tidegate"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
