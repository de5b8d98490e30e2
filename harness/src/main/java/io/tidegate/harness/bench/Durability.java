package io.tidegate.harness.bench;

import java.util.Optional;
import java.util.Set;

/** Whether a commit reaches the disk before it is answered; absent settings could not be read. */
public record Durability(
    Optional<String> fsync,
    Optional<String> synchronousCommit,
    Optional<String> fullPageWrites,
    Optional<String> filesystem) {

  /** File systems without a disk: what is synced there is gone with the power all the same. */
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  /**
   * As a database has it.
   *
   * @param url its JDBC URL
   * @throws BenchFailure it does not answer
   */
  public static Durability of(String url) throws BenchFailure {
    try (DatabaseFigures database = DatabaseFigures.connect(url)) {
      return of(database);
    }
  }

  static Durability of(DatabaseFigures database) {
    return new Durability(
        database.setting("fsync"),
        database.setting("synchronous_commit"),
        database.setting("full_page_writes"),
        database.setting("data_directory").flatMap(Machine::filesystem));
  }

  boolean holds() {
    return fsync.equals(Optional.of("on"))
        && synchronousCommit.filter(s -> !s.equals("off")).isPresent()
        && fullPageWrites.equals(Optional.of("on"))
        && filesystem.filter(IN_MEMORY::contains).isEmpty();
  }
}
