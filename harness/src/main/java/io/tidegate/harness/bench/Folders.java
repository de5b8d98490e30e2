package io.tidegate.harness.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Sweeps away the temporary folders of systems that have ended. */
public final class Folders {
  private Folders() {}

  /** The same at the end of what is worth more than a clean disk: what can't be deleted is told. */
  public static void sweep(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      // Something of ours still writes: it ends with us.
      System.err.println("the folder " + folder + " is left: " + e);
    }
  }

  /** A file that goes meanwhile was its process's own. */
  public static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // A process that just ended took it away.
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
