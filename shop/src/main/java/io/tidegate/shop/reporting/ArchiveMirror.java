package io.tidegate.shop.reporting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy of the archive's files at the lake's second place, and fetches those that are
 * missing or broken here. The log can't make them again: of orders that have left the database they
 * are all there is.
 */
final class ArchiveMirror {

  private static final Logger log = LoggerFactory.getLogger(ArchiveMirror.class);

  /** Files that are looked at for a copy at a time; of these so many are copied. */
  private static final int LOOKS_MAX = 100;

  private static final int UPLOADS_MAX = 10;

  private static final int REMOVALS_MAX = 50;

  /** One file may be the trouble; after so many it is the store. */
  private static final int FAILURES_MAX = 3;

  private final Path archive;
  private final ArchiveFiles files;
  private final LakeMirror mirror;

  /** Paths that were not taken: tried after all others, so that they hold up none. */
  private final Set<String> refused = new HashSet<>();

  ArchiveMirror(LakeGround ground, LakeMirror mirror) {
    this.archive = ground.lake().folder().resolve(ArchiveFiles.FOLDER);
    this.files = new ArchiveFiles(ground.database());
    this.mirror = mirror;
  }

  private static String key(String path) {
    return ArchiveFiles.FOLDER + "/" + path;
  }

  /** What the mirror doesn't take now it takes another time. */
  void upload() {
    int copied = 0;
    int failures = 0;
    for (ArchiveFile file : next()) {
      if (copied == UPLOADS_MAX || failures == FAILURES_MAX) {
        break;
      }
      // A copy of a broken one would be no help; mend tells of it.
      if (!isWhole(file, true)) {
        refused.add(file.path());
        continue;
      }
      try {
        mirror.put(archive.resolve(file.path()), key(file.path()));
        files.uploaded(file.path());
        refused.remove(file.path());
        copied++;
      } catch (IOException e) {
        failures++;
        refused.add(file.path());
        log.warn("the mirror did not take {} of the archive: {}", file.path(), e.getMessage());
      }
    }
    remove();
  }

  /** Some that wait for a copy, first those that were not refused. */
  private List<ArchiveFile> next() {
    List<ArchiveFile> waiting = files.notUploaded(LOOKS_MAX + refused.size());
    if (waiting.isEmpty()) {
      refused.clear();
    }
    return waiting.stream()
        .sorted(Comparator.comparing(file -> refused.contains(file.path())))
        .limit(LOOKS_MAX)
        .toList();
  }

  private void remove() {
    int failures = 0;
    for (String path : files.gone(REMOVALS_MAX)) {
      if (failures == FAILURES_MAX) {
        return;
      }
      try {
        mirror.remove(key(path));
        files.forgotten(path);
      } catch (IOException e) {
        failures++;
        log.warn("the mirror of the archive: {}", e.getMessage());
      }
    }
  }

  /**
   * Fetches what is missing here, or not what it was.
   *
   * @param everyByte whether checksums are compared, too
   * @return files that are broken still
   */
  int mend(boolean everyByte) {
    List<String> left = new ArrayList<>();
    for (ArchiveFile file : files.all()) {
      if (!isWhole(file, everyByte)) {
        log.warn("the archive's file {} is broken", file.path());
        if (!fetch(file)) {
          left.add(file.path());
        }
      }
    }
    if (!left.isEmpty()) {
      log.error("files of the archive are broken, and the mirror is no help: {}", left);
    }
    return left.size();
  }

  private boolean isWhole(ArchiveFile file, boolean everyByte) {
    Path path = archive.resolve(file.path());
    try {
      return Files.isRegularFile(path)
          && Files.size(path) == file.bytes()
          && !(everyByte && differs(file, path));
    } catch (IOException e) {
      log.warn("the archive's file {} can't be read: {}", file.path(), e.getMessage());
      return false;
    }
  }

  private static boolean differs(ArchiveFile file, Path path) throws IOException {
    return file.checksum() != ArchiveFile.NO_CHECKSUM
        && LakeOutput.checksum(path) != file.checksum();
  }

  private boolean fetch(ArchiveFile file) {
    Path target = archive.resolve(file.path());
    Path part = target.resolveSibling("." + target.getFileName() + ".fetched");
    try {
      Files.createDirectories(target.resolveSibling(""));
      Files.deleteIfExists(part);
      if (!mirror.get(key(file.path()), file.bytes(), part)
          || Files.size(part) != file.bytes()
          || differs(file, part)) {
        return false;
      }
      ArchiveWriter.sync(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      ArchiveWriter.sync(target.resolveSibling(""));
      log.info("the archive's file {} was fetched from the mirror", file.path());
      return true;
    } catch (IOException e) {
      log.warn("the mirror is no help with {}: {}", file.path(), e.getMessage());
      return false;
    } finally {
      remove(part);
    }
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      log.debug("{} stays: {}", part, e.getMessage());
    }
  }
}
