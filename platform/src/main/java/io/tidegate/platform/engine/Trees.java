package io.tidegate.platform.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Whole folders: deleted, or given to another user. */
final class Trees {
  private Trees() {}

  /** Deletes a folder and what is in it; a folder that is not there is fine. */
  static void delete(Path root) throws IOException {
    for (Path path : pathsIn(root).sorted(Comparator.reverseOrder()).toList()) {
      Files.deleteIfExists(path);
    }
  }

  /** Gives a folder to a user where it belongs to somebody else; only root may. */
  static void give(Path root, int uid) throws IOException {
    if (ownerOf(root) == uid) {
      return;
    }
    for (Path path : pathsIn(root).toList()) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  static int ownerOf(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** What went wrong, in words: Java's own messages for a refused access are only the path. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static Stream<Path> pathsIn(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return Stream.empty();
    }
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> all = paths.toList(); // read to its end first: the callers change what is walked
      return all.stream();
    }
  }
}
