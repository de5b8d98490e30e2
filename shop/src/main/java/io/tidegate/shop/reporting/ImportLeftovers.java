package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What imports that were killed have left in the archive: files that no manifest names, and the
 * pieces that they were to be made of. What they left in the lake is swept as any file there.
 */
final class ImportLeftovers {

  private static final Logger log = LoggerFactory.getLogger(ImportLeftovers.class);

  private static final String ANOTHER = "another import of orders is under way just now";
  private static final String WHOLE = ArchiveFile.Source.IMPORTED.code() + "-";
  private static final String PIECES = ArchiveWriter.PIECES + WHOLE;

  private final Path archive;
  private final ArchiveFiles files;

  ImportLeftovers(Path archive, Database database) {
    this.archive = archive;
    this.files = new ArchiveFiles(database);
  }

  /** Whoever imports or sweeps: the files of one that goes on look like leftovers. */
  static Turn turn(Database database, Consumer<String> progress) {
    return new Turn(
        database, "import-orders", ANOTHER, message -> new ImportFailure(message, null), progress);
  }

  /** Sweeps unless an import goes on. */
  void sweepIfFree(Turn turn) throws IOException {
    if (!found().isEmpty()) {
      Optional<Integer> swept = turn.ifFree(this::sweep);
      log.debug("leftovers of imports: {} were removed", swept.orElse(0));
    }
  }

  /**
   * Removes them, in the turn of who calls.
   *
   * @return how many files
   */
  int sweep() throws IOException {
    int swept = 0;
    for (Path left : found()) {
      if (Files.isDirectory(left)) {
        ArchiveWriter.delete(left);
      } else {
        Files.deleteIfExists(left);
      }
      swept++;
    }
    if (swept > 0) {
      log.info("{} files that a broken-off import had left in the archive were removed", swept);
    }
    return swept;
  }

  private List<Path> found() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder :
        List.of(
            archive.resolve(ArchiveFile.ORDERS),
            archive.resolve(RawRowsFile.ROWS).resolve(ImportedRows.KIND))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.walk(folder, 2)) {
          all.filter(ImportLeftovers::isOfImport).forEach(found::add);
        }
      }
    }
    if (!found.isEmpty()) {
      Set<Path> named = new HashSet<>();
      files.all().forEach(file -> named.add(archive.resolve(file.path())));
      found.removeAll(named);
    }
    return found;
  }

  private static boolean isOfImport(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(WHOLE)
        || name.startsWith(PIECES)
        || name.startsWith("." + WHOLE) && name.endsWith(ArchiveWriter.PART);
  }
}
